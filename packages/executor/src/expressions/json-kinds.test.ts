import { describe, expect, it } from 'vitest';
import { isPlainObject } from './json-kinds.js';

describe('isPlainObject', () => {
  it.each([{}, Object.create(null), JSON.parse('{"constructor":1}')])(
    'takes a plain object, whatever its keys',
    (value) => {
      expect(isPlainObject(value)).toBe(true);
    },
  );

  it.each([null, [], new Map(), new Date(0), 'text', () => null])('refuses everything else', (value) => {
    expect(isPlainObject(value)).toBe(false);
  });
});
