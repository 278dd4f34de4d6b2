import { describe, expect, it } from 'vitest';
import { median, medianRatio, quantile } from './statistics.js';

describe('median', () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100], 10],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('refuses an empty list', () => {
    expect(() => median([])).toThrow('no values');
  });
});

describe('quantile', () => {
  it.each([
    [0.5, 50],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ])('%d of the numbers to 100 is %d', (share, expected) => {
    expect(
      quantile(
        Array.from({ length: 100 }, (_, index) => 100 - index),
        share,
      ),
    ).toBe(expected);
  });

  it('of few values is one of them', () => {
    expect(quantile([7, 3], 0.99)).toBe(7);
  });

  it('refuses an empty list', () => {
    expect(() => quantile([], 0.5)).toThrow('no values');
  });
});

describe('medianRatio', () => {
  it('compares values of the same round, so that a slow round of both changes nothing', () => {
    expect(medianRatio([50, 5, 80], [100, 10, 100])).toBe(0.5);
  });

  it('refuses lists of different rounds', () => {
    expect(() => medianRatio([1, 2], [1])).toThrow('same rounds');
  });
});
