import { describe, expect, it } from 'vitest';
import { median, medianRatio } from './statistics.js';

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

describe('medianRatio', () => {
  it('compares values of the same round, so that a slow round of both changes nothing', () => {
    expect(medianRatio([50, 5, 80], [100, 10, 100])).toBe(0.5);
  });

  it('refuses lists of different rounds', () => {
    expect(() => medianRatio([1, 2], [1])).toThrow('same rounds');
  });
});
