import { describe, expect, it } from 'vitest';
import { parseExpression } from './parse-expression.js';

function faultsOf(source: string): readonly { readonly message: string; readonly offset: number }[] {
  const parsed = parseExpression(source);
  return parsed.ok ? [] : parsed.faults;
}

describe('parseExpression', () => {
  it.each([
    ['', /no expression between/, 0],
    ['  ', /no expression between/, 0],
    ['1 +', /ends where a value should come/, 3],
    ['input.a ++', /ends where|Unexpected/, 9],
    ['"a" + 1', /no such overload: string \+ int/, 0],
    ['true ? 1 : "a"', /Ternary branches/, 0],
    ['"abc', /Unterminated string/, 0],
    ['a = b', /Unexpected character/, 2],
    ['nope(1) + gone(2)', /no function nope/, 0],
    ['x'.repeat(17_000), /at most 16384 characters/, 0],
    [`${'1+'.repeat(5_000)}1`, /maxAstNodes/, 0],
    [`${'!'.repeat(300)}true`, /nested deeper than 200/, 0],
  ])('says what is wrong with %.20s', (source, message, offset) => {
    const [fault] = faultsOf(source);
    expect(fault?.message).toMatch(message);
    expect(fault?.offset).toBeGreaterThanOrEqual(offset);
  });

  it('reports every unknown function at once', () => {
    expect(faultsOf('nope(1) + gone(2)').map((fault) => fault.message)).toHaveLength(2);
  });

  it('gives the same parsed expression for the same text', () => {
    expect(parseExpression('input.same')).toBe(parseExpression('input.same'));
  });

  it('keeps no more texts than fit a bound', () => {
    const first = parseExpression('input.first');
    for (let index = 0; index < 20; index++) parseExpression(`"${'x'.repeat(15_000)}${index}"`);
    expect(parseExpression('input.first')).not.toBe(first);
  });

  it.each([
    ['input.a.b', true],
    ['steps["a"].output[0]', true],
    ['item', true],
    ['input[input.a]', false],
    ['input.a + 1', false],
    ['"text"', false],
    ['input.?a', false],
  ])('knows whether %s only follows a path: %s', (source, isPath) => {
    expect(parseExpression(source)).toMatchObject({ ok: true, expression: { isPath } });
  });
});
