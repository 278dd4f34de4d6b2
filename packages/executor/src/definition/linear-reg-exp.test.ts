import { describe, expect, it } from 'vitest';
import { linearRegExp } from './linear-reg-exp.js';

describe('linearRegExp', () => {
  it('matches anywhere in a text, as JSON Schema has it', () => {
    expect(linearRegExp('b+').test('abc')).toBe(true);
    expect(linearRegExp('^b').test('abc')).toBe(false);
    expect(linearRegExp('^\\p{Lu}').test('Éa')).toBe(true);
  });

  it('can be told from another by its text', () => {
    expect(String(linearRegExp('a'))).not.toBe(String(linearRegExp('b')));
  });

  it.each(['(', '(?=a)', '(a)\\1'])('refuses %s', (pattern) => {
    expect(() => linearRegExp(pattern)).toThrow();
  });
});
