import { describe, expect, it } from 'vitest';
import { frozenObject, isJsonObject } from './json-value.js';

describe('frozenObject', () => {
  it('keeps __proto__ as a plain key that reaches no prototype', () => {
    const object = frozenObject([
      ['__proto__', { polluted: true }],
      ['a', 1],
    ]);
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect(JSON.stringify(object)).toBe('{"__proto__":{"polluted":true},"a":1}');
    expect('polluted' in object).toBe(false);
  });

  it('lets the later of two equal keys win', () => {
    expect(
      frozenObject([
        ['a', 1],
        ['a', 2],
      ]),
    ).toEqual({ a: 2 });
  });

  it('refuses to be changed', () => {
    expect(Object.isFrozen(frozenObject([['a', 1]]))).toBe(true);
  });
});

describe('isJsonObject', () => {
  it.each([
    [{}, true],
    [[], false],
    [null, false],
    ['a', false],
    [undefined, false],
  ])('says of %j: %s', (value, expected) => {
    expect(isJsonObject(value)).toBe(expected);
  });
});
