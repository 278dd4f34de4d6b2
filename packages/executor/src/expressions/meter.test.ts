import { describe, expect, it } from 'vitest';
import { isExhausted, oncePerEvaluation, spend, spendText, WorkExhausted, withWork } from './meter.js';

describe('withWork', () => {
  it('lets a function spend what it was given, and no more', () => {
    const spendTen = (): string => {
      spend(10);
      return 'done';
    };
    expect(withWork(10, spendTen)).toBe('done');
    expect(() => withWork(10, () => spend(11))).toThrow(WorkExhausted);
  });

  it('throws although the function swallowed the error', () => {
    const swallow = (): string => {
      try {
        spend(11);
      } catch {
        return `exhausted: ${isExhausted()}`;
      }
      return 'not reached';
    };
    expect(() => withWork(10, swallow)).toThrow(WorkExhausted);
  });

  it('refuses all further work once it ran out', () => {
    let refused = 0;
    const tryTwice = (): void => {
      for (const units of [11, 1]) {
        try {
          spend(units);
        } catch {
          refused++;
        }
      }
    };
    expect(() => withWork(10, tryTwice)).toThrow(WorkExhausted);
    expect(refused).toBe(2);
  });

  it('gives each of two nested evaluations its own work', () => {
    const outer = withWork(10, () => {
      spend(6);
      expect(() => withWork(1, () => spend(2))).toThrow(WorkExhausted);
      spend(4);
      return isExhausted();
    });
    expect(outer).toBe(false);
  });

  it('charges an eighth of a text, and something for an empty one', () => {
    const lengths = [0, 15];
    expect(() => withWork(1 + 2, () => lengths.forEach(spendText))).not.toThrow();
    expect(() => withWork(3, () => spendText(24))).toThrow(WorkExhausted);
  });

  it('asks nothing outside of an evaluation', () => {
    expect(() => spend(Number.MAX_SAFE_INTEGER)).not.toThrow();
    expect(isExhausted()).toBe(false);
  });
});

describe('oncePerEvaluation', () => {
  const isNumber = (value: unknown): value is number => typeof value === 'number';

  it('makes a value once in an evaluation, and anew in the next', () => {
    let made = 0;
    const make = (): number => oncePerEvaluation('key', isNumber, () => ++made);
    expect(withWork(1, () => [make(), make()])).toEqual([1, 1]);
    expect(withWork(1, () => [make(), make()])).toEqual([2, 2]);
  });
});
