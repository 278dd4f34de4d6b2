import { describe, expect, it } from 'vitest';
import { compileBareExpression, compileValue } from './compile-value.js';
import { ExpressionError } from './expression-error.js';
import type { JsonValue } from './json-value.js';
import { resolveValue } from './resolve-value.js';
import { expression, testScope } from './test-support/evaluate.js';

const place = { owner: 'step "s"', path: 'with' };

describe('compileValue', () => {
  it.each<JsonValue>([{ a: [1, 'x', null] }, 'text', 5, null, [], {}, '$', true])(
    'takes %j for a constant, the same frozen value each time',
    (value) => {
      const compiled = compileValue(value, place);
      expect(compiled.isConstant).toBe(true);
      const first = resolveValue(compiled, testScope());
      expect(first).toEqual(value);
      expect(resolveValue(compiled, testScope())).toBe(first);
      expect(Object.isFrozen(first)).toBe(true);
    },
  );

  it('takes an escaped expression for the text it stands for', () => {
    const compiled = compileValue({ a: `$${expression('x')}` }, place);
    expect(compiled.isConstant).toBe(true);
    expect(resolveValue(compiled, testScope())).toEqual({ a: expression('x') });
  });

  it('never freezes or keeps the value it was given', () => {
    const given = { list: [1] };
    const compiled = compileValue(given, place);
    given.list.push(2);
    expect(resolveValue(compiled, testScope())).toEqual({ list: [1] });
  });

  it('leaves keys as they are', () => {
    const key = expression('input');
    expect(resolveValue(compileValue({ [key]: expression('1') }, place), testScope())).toEqual({ [key]: 1 });
  });

  it.each([
    [{ args: ['a', expression('1 +')] }, 'with.args[1] of step "s"'],
    [{ 'a b': expression('nope()') }, 'with["a b"] of step "s"'],
    [expression('').slice(0, 4), 'with of step "s"'],
  ])('says where %j does not parse', (value, where) => {
    const compile = (): unknown => compileValue(value, place);
    expect(compile).toThrow(ExpressionError);
    expect(compile).toThrow(expect.objectContaining({ code: 'EXPRESSION_FAILED', where }));
  });
});

describe('compileBareExpression', () => {
  it('takes a text without braces for an expression', () => {
    expect(resolveValue(compileBareExpression('1 + 1', place), testScope())).toBe(2);
  });
});
