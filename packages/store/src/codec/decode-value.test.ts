import { describe, expect, it } from 'vitest';
import { decodeValue } from './decode-value.js';

describe('decodeValue', () => {
  it('takes SQL NULL for no value and the text null for null', () => {
    expect(decodeValue(null)).toBeUndefined();
    expect(decodeValue('null')).toBeNull();
  });

  it('gives a fresh value each time', () => {
    expect(decodeValue('{"a":[]}')).not.toBe(decodeValue('{"a":[]}'));
  });

  it('makes a key called __proto__ an own property and leaves the prototype alone', () => {
    const value = decodeValue('{"__proto__":{"polluted":true}}');
    expect(Object.keys(value ?? {})).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});
