import { noUsage } from '@sisyphus-state/schema';
import type { PotShortage } from '@sisyphus-state/store';
import { expect, it } from 'vitest';
import { emptyBatch } from './batch.js';
import { haltOf } from './halt-of.js';
import { Journal } from './journal.js';
import { takeBackStarts } from './take-back-starts.js';
import { progressOf } from './test-support/progress.js';

const shortage: PotShortage = {
  ...{ amount: 'tokens', used: 90, limit: 100, needed: 20, potId: 'p', stepKey: 'b', isPassing: true },
};
const going = { isDone: false, verdict: null };

it('takes the starts out of a batch, with what they reserved, and leaves the rest to be committed', () => {
  const journal = new Journal([], { isShared: true });
  const both = ['a', 'b'].map((id) => ({ id, needs: [], reserve: { tokens: 10 } }));
  const run = progressOf([...both, { id: 'c', needs: ['a'], reserve: { tokens: 20 } }], { journal });
  // A settles, and C begins with that: the store has no room for it.
  const batch = emptyBatch();
  const a = run.units.get('a');
  if (a === undefined) throw new Error('It was started.');
  run.progress.settle(a, { kind: 'completed', result: null, usage: { tokens: 4 } }, batch);
  expect(batch.launches.map(({ unit }) => unit.key)).toEqual(['c']);
  takeBackStarts(journal, batch, shortage);
  expect(batch.changes.map(({ type }) => type)).toEqual(['step_completed']);
  expect(batch.launches).toEqual([]);
  expect(journal.get('c')).toMatchObject({ status: 'pending', attempts: 0, reserved: null });
  expect(journal.guard.meter.usage).toEqual({
    ...{ ...noUsage, steps: 2, attempts: 2, tokens: 4, reserved: { tokens: 10, cost: 0 } },
  });
});

it('has a run wait for others once, and pauses it when nothing they could leave would do', () => {
  const waits: unknown[] = [];
  const open = { start: (wait: unknown) => void waits.push(wait) };
  const journal = new Journal([], { isShared: true });
  const run = progressOf([{ id: 'b', reserve: { tokens: 20 } }], { journal });
  const [batch] = run.batches;
  if (batch === undefined) throw new Error('It began.');
  takeBackStarts(journal, batch, shortage);
  expect([haltOf(going, journal.guard, open, 5), haltOf(going, journal.guard, open, 5)]).toEqual([null, null]);
  expect(waits).toMatchObject([{ reason: 'budget:b', wakeAt: null, delayMs: 250 }]);
  journal.guard.refuse([], { ...shortage, isPassing: false });
  expect(haltOf(going, journal.guard, open, 5)).toMatchObject({ kind: 'paused', reason: 'budget_exhausted' });
});
