import { describe, expect, it } from 'vitest';
import { candidateOf } from '../test-support/candidate.js';
import { admitDue, distinctQueues, type HeldCount, isLimited, roomOf, wholeLimit } from './admit-due.js';

const name = 'q';
const heldOf = (concurrencyKey: string | null, held: number): HeldCount => ({ concurrencyKey, held });

describe('the room that a queue’s limits leave', () => {
  it.each([
    ['as much as is asked for, without limits', {}, [heldOf(null, 99)], 10],
    ['the rest up to the limit', { concurrency: 5 }, [heldOf(null, 2), heldOf('k', 1)], 2],
    ['no more than is asked for', { concurrency: 50 }, [], 10],
    ['none when it is full', { concurrency: 3 }, [heldOf('k', 3)], 0],
    ['none when it is over, as after a resume', { concurrency: 3 }, [heldOf('k', 4)], 0],
    ['none at a negative limit', { concurrency: -1 }, [], 0],
    ['whole runs at a fraction', { concurrency: 2.9 }, [], 2],
  ])('is %s', (_, limits, counts, runs) => {
    expect(roomOf({ name, ...limits }, 10, counts).runs).toBe(runs);
  });

  it('is counted for each key by itself, and not for runs without one', () => {
    const { ofKey } = roomOf({ name, perKey: 2 }, 10, [heldOf('a', 1), heldOf('b', 3), heldOf(null, 7)]);
    expect([ofKey('a'), ofKey('b'), ofKey('c'), ofKey(null)]).toEqual([1, 0, 2, null]);
    expect(roomOf({ name, concurrency: 1 }, 10, [heldOf('a', 1)]).ofKey('a')).toBeNull();
  });
});

describe('admitting due runs', () => {
  const ids = (...args: Parameters<typeof admitDue>) => admitDue(...args).map(({ id }) => id);

  it('takes the first ones as far as there is room', () => {
    const room = roomOf({ name, concurrency: 2 }, 10, []);
    expect(ids([candidateOf('a'), candidateOf('b'), candidateOf('c')], room)).toEqual(['a', 'b']);
  });

  it('passes over a key that is full or becomes full, and takes what stands behind it', () => {
    const keyed = (id: string, concurrencyKey: string | null) => candidateOf(id, { concurrencyKey });
    const all = [keyed('a1', 'a'), keyed('a2', 'a'), keyed('b1', 'b'), keyed('n1', null), keyed('n2', null)];
    expect(ids(all, roomOf({ name, perKey: 1 }, 10, []))).toEqual(['a1', 'b1', 'n1', 'n2']);
    expect(ids(all, roomOf({ name, perKey: 1 }, 10, [heldOf('a', 1)]))).toEqual(['b1', 'n1', 'n2']);
    expect(ids(all, roomOf({ name, perKey: 1, concurrency: 2 }, 10, []))).toEqual(['a1', 'b1']);
    expect(ids(all, roomOf({ name, perKey: 0 }, 10, []))).toEqual(['n1', 'n2']);
  });
});

describe('what a request means', () => {
  it.each([
    [0, 0],
    [-1, 0],
    [Number.NaN, 0],
    [2.9, 2],
    [1001, 1000],
    [Number.POSITIVE_INFINITY, 1000],
  ])('a limit of %d is %d', (asked, meant) => {
    expect(wholeLimit(asked)).toBe(meant);
  });

  it('a queue named twice is one, under the smaller of its limits', () => {
    const queues = [
      { name: 'a', concurrency: 3 },
      { name: 'b' },
      { name: 'a', concurrency: 5, perKey: 1 },
      { name: 'b' },
    ];
    expect(distinctQueues({ queues })).toEqual([
      { name: 'a', concurrency: 3, perKey: 1 },
      { name: 'b', concurrency: null, perKey: null },
    ]);
  });

  it('a limit of null is none', () => {
    expect([{ name }, { name, concurrency: null, perKey: null }].map(isLimited)).toEqual([false, false]);
    expect(
      [
        { name, concurrency: 0 },
        { name, perKey: 1 },
      ].map(isLimited),
    ).toEqual([true, true]);
  });
});
