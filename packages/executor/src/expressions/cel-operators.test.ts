import { describe, expect, it } from 'vitest';
import { evaluate } from './test-support/evaluate.js';

const input = {
  n: 3,
  half: 2.5,
  zero: 0,
  text: 'x',
  list: [1, 2, 3],
  mixed: [1, 'a', null, { a: 1 }],
  object: { a: 1, b: [2] },
  nothing: null,
  index: 1,
};

describe('arithmetic between JSON numbers and the numbers of an expression', () => {
  it.each([
    ['input.n + 1', 4],
    ['1 + input.n', 4],
    ['input.n - 1', 2],
    ['10 - input.n', 7],
    ['input.n * 2', 6],
    ['input.n / 2', 1.5],
    ['7 / 2', 3],
    ['input.n % 2', 1],
    ['7 % input.n', 1],
    ['input.half % input.n', 2.5],
    ['-input.n', -3],
    ['size(input.list) * input.half', 7.5],
    ['1.5 + 1', 2.5],
  ])('%s is %j', (source, expected) => {
    expect(evaluate(source, input)).toBe(expected);
  });

  it.each(['7 / 0', 'input.n / 0', 'input.n % 0', '9223372036854775807 + 1'])('%s fails', (source) => {
    expect(() => evaluate(source, input)).toThrow(/division by zero|JSON has no form|overflow/);
  });
});

describe('comparison', () => {
  it.each([
    ['input.n == 3', true],
    ['3 == input.n', true],
    ['input.n == 3.0', true],
    ['input.n != 4', true],
    ['input.n > 2 && input.n <= 3', true],
    ['size(input.list) > 2', true],
    ['size(input.list) == input.n', true],
    ['input.nothing == null', true],
    ['null != input.text', true],
    ['input.text == 1', false],
    ['input.text < "y"', true],
    ['input.list == [1, 2, 3]', true],
    ['input.list == [1, 2]', false],
    ['input.mixed == [1, "a", null, {"a": 1}]', true],
    ['input.object == {"b": [2], "a": 1}', true],
    ['input.object == {"a": 1}', false],
    ['input.object == {"a": 1, "toString": [2]}', false],
    ['[timestamp("2024-05-01T12:00:00Z")] == [timestamp("2024-05-01T14:00:00+02:00")]', true],
    ['timestamp("2024-05-01T12:00:00Z") != timestamp("2024-05-01T12:00:01Z")', true],
    ['[{"k": "a"}].groupBy("k") == {"a": [{"k": "a"}]}', true],
    ['[{"k": "a"}].groupBy("k") == [{"k": "b"}].groupBy("k")', false],
    ['b"ab" == bytes("ab")', true],
    ['1u == 1u', true],
  ])('%s is %j', (source, expected) => {
    expect(evaluate(source, input)).toBe(expected);
  });
});

describe('membership', () => {
  it.each([
    ['2 in input.list', true],
    ['input.n in [1, 2, 3]', true],
    ['4 in input.list', false],
    ['{"a": 1} in input.mixed', true],
    ['null in input.mixed', true],
    ['"a" in input.object', true],
    ['"toString" in input.object', false],
    ['"a" in [{"k": "a"}].groupBy("k")', true],
  ])('%s is %j', (source, expected) => {
    expect(evaluate(source, input)).toBe(expected);
  });
});

describe('joining and indexing', () => {
  it.each([
    ['input.text + "y"', 'xy'],
    ['input.list + ["a"]', [1, 2, 3, 'a']],
    ['input.list[input.index]', 2],
    ['input.list[0]', 1],
    ['input.object["a"]', 1],
    ['bytes("a") + bytes("b") == b"ab"', true],
  ])('%s is %j', (source, expected) => {
    expect(evaluate(source, input)).toEqual(expected);
  });

  it.each(['input.list[3]', 'input.list[-1]', 'input.list[1.5]', 'input.object.c', 'input.text + 1'])(
    '%s fails',
    (source) => {
      expect(() => evaluate(source, input)).toThrow(/No such key|no such overload/);
    },
  );
});
