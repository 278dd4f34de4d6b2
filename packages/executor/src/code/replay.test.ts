import { describe, expect, it } from 'vitest';
import { Journal } from '../engine/journal.js';
import { rowOf } from '../engine/test-support/rows.js';
import { Replay } from './replay.js';

describe('a replay', () => {
  it('hands outcomes over in the order in which they were recorded', () => {
    const replay = new Replay(
      new Journal([
        rowOf('a', { settledSeq: 9 }),
        rowOf('b', { settledSeq: 4, status: 'failed' }),
        rowOf('c', { status: 'running' }),
        rowOf('d', { settledSeq: 6 }),
      ]),
    );
    const order: string[] = [];
    for (let next = replay.next; next !== null; next = replay.next) {
      order.push(next.key);
      replay.pass();
    }
    expect(order).toEqual(['b', 'd', 'a']);
  });

  it('knows nothing of values that were recorded, of compensations, and of what was cancelled', () => {
    const replay = new Replay(
      new Journal([
        rowOf('$now', { settledSeq: 3 }),
        rowOf('a/compensate', { settledSeq: 4 }),
        rowOf('b', { settledSeq: 5, status: 'cancelled' }),
      ]),
    );
    expect(replay.next).toBeNull();
    expect(replay.isEmpty).toBe(true);
  });

  it.each(['pending', 'running', 'waiting', 'in_doubt'] as const)(
    'misses a step that is %s until it is asked for',
    (status) => {
      const replay = new Replay(new Journal([rowOf('a', { settledSeq: 2 }), rowOf('b', { status, type: 'sleep' })]));
      expect(replay.isEmpty).toBe(false);
      expect(replay.forgotten((key) => key === 'a')).toMatchObject({ key: 'b', type: 'sleep', status });
      expect(replay.forgotten(() => true)).toBeNull();
    },
  );
});
