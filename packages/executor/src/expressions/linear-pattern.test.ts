import { describe, expect, it } from 'vitest';
import { compileDynamicPattern, compilePattern, type LinearPattern } from './linear-pattern.js';
import { WorkExhausted, withWork } from './meter.js';

function compiled(source: string): LinearPattern {
  const pattern = compilePattern(source);
  if ('invalid' in pattern) throw new Error(pattern.invalid);
  return pattern;
}

describe('compilePattern', () => {
  it.each([
    ['b', 'abc', true],
    ['^b', 'abc', false],
    ['^feat(\\([^)]*\\))?:', 'feat(api): more', true],
    ['(?i)ABC', 'xabcx', true],
  ])('%j in %j: %s', (source, text, expected) => {
    expect(compiled(source).test(text)).toBe(expected);
  });

  it.each([
    ['^([a-z]+):', 'fix: it', 'fix'],
    ['[0-9]+', 'a 12 b 34', '12'],
    ['x(y)?', 'ax', null],
    ['z', 'abc', null],
  ])('extracts by %j from %j: %j', (source, text, expected) => {
    expect(compiled(source).extract(text)).toBe(expected);
  });

  it.each(['(', '[', '(?=a)', '\\1', 'a{1001}', 'x'.repeat(1_001)])('says what is wrong with a pattern', (source) => {
    expect(compilePattern(source)).toMatchObject({ invalid: expect.any(String) });
  });

  it('matches what sends a backtracking engine into the woods, for work that grows with the text only', () => {
    const pattern = compiled('^(a+)+$');
    const spent = (length: number): void => void withWork(length * 2, () => pattern.test(`${'a'.repeat(length - 1)}b`));
    expect(() => spent(100)).not.toThrow();
    expect(() => spent(100_000)).not.toThrow();
  });

  it('spends work for each test and each extraction', () => {
    expect(() => withWork(10, () => compiled('a').test('b'.repeat(1_000)))).toThrow(WorkExhausted);
    expect(() => withWork(1_000, () => compiled('(b)').extract('b'.repeat(1_000)))).toThrow(WorkExhausted);
  });
});

describe('compileDynamicPattern', () => {
  it('pays for a pattern once in an evaluation', () => {
    const twice = (): void => {
      compileDynamicPattern('abc');
      compileDynamicPattern('abc');
    };
    expect(() => withWork(600, twice)).not.toThrow();
    expect(() => withWork(1_000, () => ['abc', 'abd'].map(compileDynamicPattern))).toThrow(WorkExhausted);
  });
});
