import type { LiveEvent } from '@sisyphus-state/executor';
import type { RunRow } from '@sisyphus-state/schema';
import type { Change } from '@sisyphus-state/store';
import { describe, expect, it } from 'vitest';
import { started, storedError, suspended } from '../test-support/changes.js';
import { held } from '../test-support/held.js';
import { Board } from './board.js';

function boardWith(...runIds: readonly string[]) {
  const told: unknown[] = [];
  const board = new Board({
    take: ({ runId }) => void told.push(['take', runId]),
    tell: ({ runId }, { kind }) => void told.push(['tell', runId, kind]),
    leave: ({ runId }, end) => void told.push(['leave', runId, end]),
  });
  for (const runId of runIds) board.take(held(runId));
  told.length = 0;
  return { board, told };
}

function committed(runId: string, ...changes: readonly Change[]): LiveEvent {
  return { kind: 'committed', runId, changes, at: 100 };
}

const idsOf = (board: Board) => board.held.map(({ runId }) => runId);

describe('a run in hand', () => {
  it('is told of with what is committed, after its view has taken that in', () => {
    const { board, told } = boardWith('a');
    board.observe(committed('a', started('fetch')));
    expect(told).toEqual([['tell', 'a', 'committed']]);
    expect(board.held[0]?.view.steps.get('fetch')?.status).toBe('running');
  });

  it('shows what its handlers say of their progress', () => {
    const { board } = boardWith('a');
    board.observe(committed('a', started('fetch')));
    board.observe({ kind: 'progress', runId: 'a', stepKey: 'fetch', progress: 'page 3' });
    expect(board.held[0]?.view.steps.get('fetch')?.progress).toBe('page 3');
  });

  it.each<[string, Change, object]>([
    ['completed', { type: 'workflow_completed', output: null, context: null }, {}],
    [
      'failed',
      { type: 'workflow_failed', error: storedError('no'), stepKey: 'fetch' },
      { stepKey: 'fetch', error: storedError('no') },
    ],
    ['cancelled', { type: 'workflow_cancelled', reason: 'enough' }, { reason: 'enough' }],
    ['waiting', suspended(500, 'sleep:nap'), { wakeAt: 500, reason: 'sleep:nap' }],
    ['paused', { type: 'workflow_paused', reason: 'enough' }, { reason: 'enough' }],
    ['released', { type: 'run_released' }, {}],
  ])('is let go of when it is %s, and counted', (kind, change, rest) => {
    const { board, told } = boardWith('a', 'b');
    board.observe(committed('a', change));
    expect(told.at(-1)).toEqual(['leave', 'a', { kind, ...rest }]);
    expect(idsOf(board)).toEqual(['b']);
    expect(board.tally).toMatchObject({ [kind]: 1 });
    expect(board.taken).toBe(2);
  });

  it('that another worker has is none of its business', () => {
    const { board, told } = boardWith('a');
    board.observe(committed('x', started('fetch')));
    expect(told).toEqual([]);
  });

  it('that it takes again was lost before', () => {
    const { board, told } = boardWith('a');
    board.take(held('a', { fence: 2 }));
    expect(told).toEqual([
      ['leave', 'a', { kind: 'lost', to: null }],
      ['take', 'a'],
    ]);
    expect(idsOf(board)).toEqual(['a']);
  });
});

describe('a run that was lost without a word', () => {
  const rows = (given: Partial<RunRow> | null) => ({ readRun: async () => given as RunRow | null });

  it('is dropped, with whose it is now', async () => {
    const { board, told } = boardWith('a');
    await board.dropLost(rows({ fence: 2, leaseWorker: 'other/1' }), 5000);
    expect(told).toEqual([['leave', 'a', { kind: 'lost', to: 'other/1' }]]);
    expect(board.tally.lost).toBe(1);
  });

  it('is dropped when there is no such run any more', async () => {
    const { board } = boardWith('a');
    await board.dropLost(rows(null), 5000);
    expect(idsOf(board)).toEqual([]);
  });

  it('is not one whose end is just being told', async () => {
    const { board } = boardWith('a');
    await board.dropLost(rows({ fence: 1, leaseWorker: null }), 5000);
    expect(idsOf(board)).toEqual(['a']);
  });

  it('is not one that was taken again while it was looked for', async () => {
    const { board } = boardWith('a');
    const store = {
      readRun: async () => {
        board.take(held('a', { fence: 3 }));
        return { fence: 2, leaseWorker: 'other/1' } as RunRow;
      },
    };
    await board.dropLost(store, 5000);
    expect(board.held[0]?.fence).toBe(3);
  });
});
