import { describe, expect, it } from 'vitest';
import { snapshotOf, stepOf } from '../test-support/snapshot.js';
import { isDoubtful, settledBefore } from './settled-before.js';

const row = (stepKey: string, settledSeq: number | null, more: object = {}) => ({
  ...stepOf(stepKey, settledSeq === null ? 'running' : 'completed'),
  settledSeq,
  ...more,
});

function sourceOf(steps: readonly ReturnType<typeof row>[], began: Readonly<Record<string, number>>) {
  return { run: snapshotOf().run, steps, began: new Map(Object.entries(began)) };
}

describe('settledBefore', () => {
  const steps = [row('a', 4), row('slow', 8), row('caught', 5, { status: 'failed' }), row('b', 9), row('c', 12)];
  const source = sourceOf(steps, { a: 1, slow: 2, caught: 3, b: 7, c: 10 });

  it.each([
    ['b', ['a', 'caught']],
    ['c', ['a', 'slow', 'caught', 'b']],
    ['a', []],
  ])('of %s has %j', (from, settled) => {
    expect(settledBefore(source, from)).toEqual({ settled, inDoubt: [] });
  });

  it('is null for a step that the run does not have', () => {
    expect(settledBefore(source, 'nothing')).toBeNull();
  });

  it('goes by the end of a step that the run has from a source of its own', () => {
    const forked = sourceOf([row('a', -2), row('b', -1), row('c', 0)], {});
    expect(settledBefore(forked, 'b')).toEqual({ settled: ['a'], inDoubt: [] });
  });

  it('goes back to before the first step that was undone, if only in part', () => {
    const steps = [row('a', 3), row('b', 6), row('c', 8), row('b/compensate', null)];
    const undone = sourceOf(steps, { a: 1, b: 4, c: 7, 'b/compensate': 9 });
    expect(settledBefore(undone, 'c')).toEqual({ settled: ['a'], inDoubt: [] });
    expect(settledBefore(undone, 'a')).toEqual({ settled: [], inDoubt: [] });
  });

  it('doubts what must not run twice, was under way by then, and has not ended', () => {
    const once = { delivery: 'at-most-once' as const };
    const running = sourceOf(
      [row('a', null, once), row('asked', null, { status: 'in_doubt' }), row('b', null), row('late', null, once)],
      { a: 1, asked: 2, b: 3, late: 4 },
    );
    expect(settledBefore(running, 'b')).toEqual({ settled: [], inDoubt: ['a', 'asked'] });
  });
});

describe('isDoubtful', () => {
  it.each([
    ['in_doubt', null, true],
    ['running', 'at-most-once', true],
    ['running', 'at-least-once', false],
    ['running', null, false],
    ['completed', 'at-most-once', false],
    ['pending', 'at-most-once', false],
  ] as const)('of a step that is %s with delivery %s is %s', (status, delivery, expected) => {
    expect(isDoubtful({ status, delivery })).toBe(expected);
  });
});
