import { describe, expect, test } from 'vitest';
import { countOf, jsonOf, propertyOf, textOf } from './draft-values.js';

describe('jsonOf', () => {
  test.each(['{"a":1}', ' [1, 2] ', 'null', '0', '"text"', '{"__proto__":1}', '{"a":"\\u0000\\ud800"}'])(
    'keeps %s as it is',
    (text) => {
      expect(jsonOf(text)).toEqual({ text, value: JSON.parse(text) });
    },
  );

  test.each(['', '{', 'undefined', "{'a':1}", 'NaN'])('keeps %j, which is no JSON, as a JSON string', (text) => {
    expect(jsonOf(text)).toEqual({ text: JSON.stringify(text), value: text });
  });

  test('reads bytes as text, and an empty cell as nothing', () => {
    expect(jsonOf(new TextEncoder().encode('{"é":1}'))).toEqual({ text: '{"é":1}', value: { é: 1 } });
    expect(jsonOf(null)).toBeNull();
  });
});

test('textOf gives text for every kind of cell', () => {
  expect(['a', 5, 5n, null, new TextEncoder().encode('é')].map(textOf)).toEqual(['a', '5', '5', '', 'é']);
});

test('countOf gives a count that makes sense, or 0', () => {
  expect([3, 3n, 2.9, -1, '3', null, Number.NaN].map(countOf)).toEqual([3, 3, 2, 0, 0, 0, 0]);
});

test('propertyOf finds own properties of objects only', () => {
  expect(propertyOf({ a: null }, 'a')).toBeNull();
  expect(propertyOf(JSON.parse('{"__proto__":7}'), '__proto__')).toBe(7);
  for (const value of [{}, null, undefined, 'text', ['a'], 5]) expect(propertyOf(value, 'toString')).toBeUndefined();
});
