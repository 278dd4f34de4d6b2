import { describe, expect, it } from 'vitest';
import { parseExpression } from '../expressions/parse-expression.js';
import { explainFault } from './explain-fault.js';

function remedyOf(source: string, bracketed: readonly string[] = []): string | null {
  const parsed = parseExpression(source);
  const fault = parsed.ok ? undefined : parsed.faults[0];
  if (fault === undefined) throw new Error(`${source} has no fault`);
  return explainFault(fault, source, bracketed).remedy;
}

describe('explainFault', () => {
  it.each([
    ['input.a.length()', 'Use size(x).'],
    ['input.a.includes("x")', 'Use .contains(…) for a text, `x in list` for a list.'],
    ['now()', /no clock/],
    ['random()', /no chance/],
    ['input.a.startWith("x")', 'Did you mean `startsWith`?'],
    ['frobnicate(1)', /^The functions there are: all, at, /],
    ['constructor()', /^The functions there are/],
    ['true ? 1 : "a"', 'Wrap one of them in dyn(…).'],
    ['"a" + 1', 'Convert with string(…), int(…) or double(…).'],
    ['a === b', 'Compare with == or !=.'],
    ['a and b', 'Write &&, || and !.'],
    ['`a`', 'Texts stand in single or double quotes.'],
    ['a | upper', 'There are no filters with |; call a function.'],
    ['1 +', null],
  ])('knows what to do about %s', (source, remedy) => {
    if (remedy instanceof RegExp) expect(remedyOf(source)).toMatch(remedy);
    else expect(remedyOf(source)).toBe(remedy);
  });

  it('sees the id of a step in what does not parse', () => {
    expect(remedyOf('steps.2fa.output', ['2fa'])).toBe('Write steps[\'2fa\'] for the step "2fa".');
  });
});
