import { describe, expect, it } from 'vitest';
import { parseExpression } from '../expressions/parse-expression.js';
import { checkMentions, type ExpressionPlace, knownSteps } from './check-mentions.js';
import { indexSteps } from './resolve-needs.js';

const indexes = indexSteps(['build', 'build-site', 'build-site-two', 'test']);
const known = knownSteps(indexes, (step, needed) => needed < step);

function check(source: string, place: Partial<ExpressionPlace> = {}): readonly string[] {
  const parsed = parseExpression(source);
  if (!parsed.ok) throw new Error(source);
  const spot = { path: ['output'], written: source, shift: 0 };
  return checkMentions(parsed.expression, spot, { known, step: null, item: null, ...place }).map(
    (finding) => `${finding.within?.offset} ${finding.code} ${finding.remedy}`,
  );
}

describe('checkMentions', () => {
  it('reads the longest id that stands there', () => {
    expect(check('steps.build-site-two.output')).toEqual(["6 EXPRESSION_INVALID Write steps['build-site-two']."]);
    expect(check('steps.build.output')).toEqual([]);
  });

  it('says where each mention stands', () => {
    expect(check('input.a + gone + steps.tset.output')).toEqual([
      '10 UNKNOWN_VARIABLE The variables here are: input, context, steps, run.',
      '23 UNKNOWN_STEP Did you mean steps.test?',
    ]);
  });

  it('asks for the need of a step that comes later, and of none in the output', () => {
    expect(check('steps.test.output', { step: 0 })).toEqual(['6 STEP_NOT_NEEDED Add "test" to `needs`.']);
    expect(check('steps.build.output', { step: 3 })).toEqual([]);
    expect(check('steps.test.output')).toEqual([]);
  });

  it('leaves needs alone while they go round in a circle', () => {
    const place = { known: knownSteps(indexes, null), step: 0 };
    expect(check('steps.test.output', place)).toEqual([]);
  });
});
