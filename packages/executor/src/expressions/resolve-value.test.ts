import { describe, expect, it } from 'vitest';
import { compileValue } from './compile-value.js';
import { ExpressionError } from './expression-error.js';
import { resolveCondition, resolveList } from './resolve-value.js';
import { evaluate, expression, resolve, testScope } from './test-support/evaluate.js';

const input = { n: 3, text: 'x', list: [1, 2], object: { a: 1 }, nothing: null, yes: true, zero: -0 };

describe('a text that is one expression', () => {
  it.each([
    ['input.n', 3],
    ['input.list', [1, 2]],
    ['input.object', { a: 1 }],
    ['input.nothing', null],
    ['input.yes', true],
    ['size(input.list)', 2],
    ['{"a": [input.n, "x"]}', { a: [3, 'x'] }],
    ['input.?gone', null],
    ['input.?gone.orValue("d")', 'd'],
    ['run.name', 'test'],
    ["steps['build-site'].output", null],
    ['context', {}],
  ])('keeps the type of %s', (source, expected) => {
    expect(evaluate(source, input)).toEqual(expected);
  });

  it('gives the very value of the scope for a path, and copies nothing', () => {
    const scope = testScope({ input });
    const compiled = compileValue(expression('input.object'), { owner: 'o', path: 'with' });
    expect(resolveList(compileValue(expression('input.list'), { owner: 'o', path: 'with' }), scope)).toBe(
      Reflect.get(Object(scope.input), 'list'),
    );
    expect(compiled.isConstant).toBe(false);
  });
});

describe('an expression in a longer text', () => {
  it.each([
    [`a ${expression('input.text')} b`, 'a x b'],
    [`n=${expression('input.n')}`, 'n=3'],
    [`${expression('input.n')}${expression('input.text')}`, '3x'],
    [`<${expression('input.nothing')}>`, '<>'],
    [`<${expression('input.yes')}>`, '<true>'],
    [`<${expression('input.list')}>`, '<[1,2]>'],
    [`<${expression('input.object')}>`, '<{"a":1}>'],
    [`<${expression('input.n / 2')}>`, '<1.5>'],
    [` ${expression('input.n')}`, ' 3'],
  ])('%j becomes %j', (text, expected) => {
    expect(resolve(text, { input })).toBe(expected);
  });
});

describe('a value with expressions in it', () => {
  it('is resolved all through, frozen, with what holds none left as it is', () => {
    const value = { a: [expression('input.n'), { b: `x${expression('input.text')}` }], c: { d: 1 } };
    const resolved = resolve(value, { input });
    expect(resolved).toEqual({ a: [3, { b: 'xx' }], c: { d: 1 } });
    expect(Object.isFrozen(resolved)).toBe(true);
    expect(Object.isFrozen(Reflect.get(Object(resolved), 'a'))).toBe(true);
  });

  it('keeps a key __proto__ a key', () => {
    const value = JSON.parse(`{"__proto__": ${JSON.stringify(expression('input.n'))}}`);
    expect(JSON.stringify(resolve(value, { input }))).toBe('{"__proto__":3}');
  });
});

describe('a failing expression', () => {
  it.each([
    ['input.gone', /No such key: gone\. Read what may be missing with \.\?/],
    ['input.__proto__', /No such key: __proto__/],
    ['input.constructor', /No such key: constructor/],
    ['input.nothing.a', /No such key: a/],
    ['input.text + input.n', /no such overload: string \+ double\. Convert/],
    ['input.text.substring(input.n)', /numbers from JSON are doubles/],
    ['input.list[5]', /index out of bounds/],
    ['timestamp(input.text)', /with its zone/],
    ['type(input.n)', /is a type, which JSON has no form for/],
    ['input.yes && input.n', /bool operands/],
    ['input.n / 0', /Infinity/],
  ])('%s says why', (source, message) => {
    expect(() => evaluate(source, input)).toThrow(ExpressionError);
    expect(() => evaluate(source, input)).toThrow(message);
  });

  it('says where it stands in the value', () => {
    const value = { args: ['a', expression('input.gone')] };
    expect(() => resolve(value, { input })).toThrow(
      expect.objectContaining({
        code: 'EXPRESSION_FAILED',
        where: 'with.args[1] of step "s"',
        expression: ' input.gone ',
      }),
    );
  });

  it('explains why an object with a key named constructor is not readable', () => {
    expect(() => evaluate('input.x', JSON.parse('{"constructor":"a","x":1}'))).toThrow(/key named "constructor"/);
  });
});

describe('resolveCondition', () => {
  const condition = (source: string): boolean =>
    resolveCondition(compileValue(expression(source), { owner: 'step "s"', path: 'if' }), testScope({ input }));

  it('gives true or false', () => {
    expect([condition('input.n == 3'), condition('input.n == 4')]).toEqual([true, false]);
  });

  it.each([
    ['input.nothing', /gave null/],
    ['input.text', /gave the text "x"/],
    ['input.list', /gave a list/],
    ['input.n', /gave the number 3/],
  ])('refuses what %s gives', (source, message) => {
    expect(() => condition(source)).toThrow(message);
    expect(() => condition(source)).toThrow(expect.objectContaining({ where: 'if of step "s"' }));
  });
});

describe('resolveList', () => {
  it('refuses what is no list', () => {
    const compiled = compileValue(expression('input.object'), { owner: 'step "s"', path: 'foreach' });
    expect(() => resolveList(compiled, testScope({ input }))).toThrow(/goes through a list, this gave an object/);
  });
});
