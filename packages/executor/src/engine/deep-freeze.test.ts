import { expect, it } from 'vitest';
import { deepFreeze, isPlainObject } from './deep-freeze.js';

it('freezes a value and all that is in it, and returns the same one', () => {
  const value = { list: [{ a: 1 }], text: 'x', nothing: null };
  expect(deepFreeze(value)).toBe(value);
  expect([value, value.list, value.list[0]].every(Object.isFrozen)).toBe(true);
  expect(() => Object.assign(value.list[0] ?? {}, { a: 2 })).toThrow(TypeError);
});

it.each([0, '', null, undefined, true])('gives %s back as it is', (value) => {
  expect(deepFreeze(value)).toBe(value);
});

it.each([
  [{}, true],
  [Object.create(null), true],
  [[], false],
  [null, false],
  ['text', false],
  [1, false],
  [undefined, false],
])('an object merges into the context, anything else does not: %j', (value, merges) => {
  expect(isPlainObject(value)).toBe(merges);
});
