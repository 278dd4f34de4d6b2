import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { applyChange } from '../live/run-view.js';
import { completed, started, storedError } from '../test-support/changes.js';
import { held } from '../test-support/held.js';
import type { RunEnd } from './held-run.js';
import { endLine, factLines, summaryLines, warningOf } from './work-lines.js';

const paint = pc.createColors(false);
const nothing = { completed: 0, failed: 0, cancelled: 0, waiting: 0, paused: 0, released: 0, lost: 0 };
/** In the reader's own time zone, whichever that is. */
const now = new Date(2026, 0, 31, 14, 0, 0).getTime();

it('says what a worker works on: database, queues with their limits, types', () => {
  const queues = [
    { name: 'mail', concurrency: 3, perKey: 1 },
    { name: 'web', concurrency: null, perKey: 2 },
    { name: 'default', concurrency: null, perKey: null },
  ];
  const facts = {
    worker: 'host/1/ab',
    location: '/srv/t.db',
    queues,
    concurrency: 10,
    types: ['http', 'sleep'],
    workflows: [],
  };
  expect(factLines({ ...facts, namespace: 'blue' }, paint)).toEqual([
    'worker   host/1/ab',
    'database /srv/t.db, namespace blue',
    'queues   mail (at most 3 at once, 1 of a key), web (at most 2 of a key), default; 10 runs at once',
    'handlers http, sleep',
  ]);
});

it('says which workflows as code a worker knows, when it knows some', () => {
  const facts = { worker: 'w', location: 't.db', namespace: undefined, queues: [], concurrency: 1, types: ['http'] };
  expect(factLines({ ...facts, workflows: ['order@1', 'ship@2'] }, paint).at(-1)).toBe('code     order@1, ship@2');
});

describe('a run that was let go of', () => {
  const run = held('a', { takenAt: now - 1500 });
  applyChange(run.view, started('fetch'), now);
  applyChange(run.view, completed('fetch'), now);

  it.each<[RunEnd, string]>([
    [{ kind: 'completed' }, 'completed in 1.5s · 1 step ran'],
    [
      { kind: 'failed', stepKey: 'fetch', error: storedError('no such host\nat all', 'HTTP_NETWORK') },
      'failed at step fetch in 1.5s: HTTP_NETWORK: no such host',
    ],
    [{ kind: 'failed', stepKey: null, error: storedError('no') }, 'failed in 1.5s: no'],
    [{ kind: 'cancelled', reason: 'enough' }, 'cancelled: enough'],
    [{ kind: 'cancelled', reason: null }, 'cancelled'],
    [{ kind: 'waiting', wakeAt: now + 330_000, reason: 'retry:fetch' }, 'waiting until 14:05:30 (retry of fetch)'],
    [{ kind: 'paused', reason: 'budget' }, 'paused: budget'],
    [{ kind: 'released' }, 'given back: anybody can go on with it'],
    [{ kind: 'lost', to: 'other/1' }, "lost to other/1: it was not this worker's any more"],
    [{ kind: 'lost', to: null }, "lost: it was not this worker's any more"],
  ])('is told of: %j', (end, line) => {
    expect(endLine(run, end, now, paint)).toBe(line);
  });
});

it('warns of runs that nobody takes here', () => {
  expect(warningOf({ name: 'a\u001b[2Jb', types: ['x'], reason: 'no handler is here for x: --handlers MODULE' })).toBe(
    'Runs of ab are due and not taken: no handler is here for x: --handlers MODULE',
  );
});

describe('the last words', () => {
  const summary = { stoppedBy: null, taken: 0, tally: nothing, durationMs: 1200, nextDueAt: null, unhandled: 0 };

  it('of a worker that had nothing to do', () => {
    expect(summaryLines(summary, now, paint)).toEqual(['idle after 1.2s · took nothing']);
  });

  it('say what became of what was taken, and what comes next', () => {
    const tally = { ...nothing, completed: 1234, failed: 1, waiting: 2 };
    const nextDueAt = now + 330_000;
    expect(summaryLines({ ...summary, taken: 1237, tally, nextDueAt, unhandled: 2 }, now, paint)).toEqual([
      'idle after 1.2s · 1,234 completed, 1 failed, 2 parked',
      '2 due runs not taken: what they need is not here.',
      'The next run is due at 14:05:30.',
    ]);
  });

  it('of a worker that was stopped', () => {
    const tally = { ...nothing, released: 1 };
    expect(summaryLines({ ...summary, stoppedBy: 'SIGINT', taken: 1, tally }, now, paint)).toEqual([
      'stopped by SIGINT after 1.2s · 1 given back',
    ]);
  });
});
