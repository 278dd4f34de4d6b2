import { describe, expect, it } from 'vitest';
import { breakerOf } from '../definition/breaker-of.js';
import { Breaker, printOf, streakKey } from './breaker.js';

const error = { stepId: 'a', inputHash: 'i', kind: 'error', text: 'no' } as const;

describe('a breaker', () => {
  it('trips at the last of so many same outcomes in a row, with the evidence, and begins anew', () => {
    const breaker = new Breaker(breakerOf(3), () => new Map());
    expect([1, 2].map(() => breaker.add(error, 1))).toEqual([1, 2].map((count) => ({ count, deadlock: null })));
    expect(breaker.add(error, 1)).toMatchObject({ count: 1, deadlock: { stepId: 'a', times: 3, inputHash: 'i' } });
    expect(breaker.add(error, 1)).toEqual({ count: 2, deadlock: null });
  });

  it.each([
    ['another error', { ...error, text: 'other' }],
    ['an output', { ...error, kind: 'output' } as const],
  ])('begins anew after %s', (_, other) => {
    const breaker = new Breaker(breakerOf(2), () => new Map());
    breaker.add(error, 1);
    breaker.add(other, 1);
    expect(breaker.add(error, 1).deadlock).toBeNull();
  });

  it('counts another step or input by itself, and the times of a step in code as one', () => {
    const breaker = new Breaker(breakerOf(2), () => new Map());
    breaker.add(error, 1);
    expect(breaker.add({ ...error, inputHash: 'j' }, 1).deadlock).toBeNull();
    expect(breaker.add({ ...error, stepId: 'b' }, 1).deadlock).toBeNull();
    expect(breaker.add({ ...error, stepId: 'a#2' }, 1).deadlock).not.toBeNull();
  });

  it('goes on from what is on record', () => {
    const breaker = new Breaker(breakerOf(5), () => new Map([[streakKey(error), { print: printOf(error), count: 4 }]]));
    expect(breaker.add(error, 1).deadlock).toMatchObject({ times: 5 });
  });

  it('lets a step’s own policy be used up twice, unless it was asked for less', () => {
    const tripsAt = (limits: ReturnType<typeof breakerOf>, attempts: number): number => {
      const breaker = new Breaker(limits, () => new Map());
      for (let n = 1; n < 100; n++) if (breaker.add(error, attempts).deadlock !== null) return n;
      return 100;
    };
    expect([tripsAt(breakerOf(undefined), 1), tripsAt(breakerOf(undefined), 20)]).toEqual([10, 40]);
    expect([tripsAt(breakerOf(4), 20), tripsAt(breakerOf(false), 1)]).toEqual([4, 100]);
  });
});
