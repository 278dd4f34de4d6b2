import assert from 'node:assert/strict';
import type { ConformanceCase } from '../conformance-case.js';
import { eventTypes, nextTurn, readRun } from '../expectations.js';
import {
  completed,
  failed,
  heldRun,
  leaseMs,
  leaseOf,
  retried,
  runCompleted,
  runFailed,
  skipped,
  started,
} from '../sample-changes.js';

const about = 'record';

/** What every store must do: committing under a lease. */
export const recordCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'commits an outcome and what starts next as one revision, with one event a change',
    async run({ store, clock, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id, { changes: [started('a')] })]))[0]);
      const at = clock.advance(7);
      const recorded = await store.record(lease, [completed('a', 1), started('b')]);
      assert.deepEqual(recorded, { revision: 2, at });
      const events = await store.readEvents(id);
      assert.deepEqual(
        events.map(({ seq, type, stepKey, attempt, fence, worker, source }) => [
          seq,
          type,
          stepKey,
          attempt,
          fence,
          worker,
          source,
        ]),
        [
          [1, 'workflow_started', null, null, 1, 'w1', 'engine'],
          [2, 'run_claimed', null, null, 1, 'w1', 'engine'],
          [3, 'step_started', 'a', 1, 1, 'w1', 'engine'],
          [4, 'step_completed', 'a', 1, 1, 'w1', 'engine'],
          [5, 'step_started', 'b', 1, 1, 'w1', 'engine'],
        ],
      );
    },
  },
  {
    about,
    name: 'shows in the rows what each kind of change means',
    async run({ store, clock, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      const at = clock.now();
      await store.record(lease, [
        started('a'),
        retried('a', 500),
        started('b'),
        failed('b'),
        skipped('c'),
        started('d'),
      ]);
      await store.record(lease, [started('a', 2), completed('a', [], 2), runFailed('b')]);
      const steps = await store.readSteps(id);
      assert.deepEqual(
        steps.map((step) => [step.stepKey, step.status, step.attempts, step.result, step.settledSeq, step.finishedAt]),
        [
          ['a', 'completed', 2, '[]', 10, at],
          ['b', 'failed', 1, null, 6, at],
          ['c', 'skipped', 0, null, 7, at],
          ['d', 'running', 1, null, null, null],
        ],
      );
      assert.match((await readRun(store, id)).error ?? '', /it is a sample/);
    },
  },
  {
    about,
    name: 'keeps when a retry is due, and clears it when the attempt starts',
    async run({ store, clock, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      await store.record(lease, [started('a'), retried('a', 500)]);
      const [waiting] = await store.readSteps(id);
      assert.deepEqual([waiting?.status, waiting?.wakeAt], ['pending', clock.now() + 500]);
      await store.record(lease, [started('a', 2)]);
      const [running] = await store.readSteps(id);
      assert.deepEqual([running?.status, running?.wakeAt, running?.error], ['running', null, null]);
    },
  },
  {
    about,
    name: 'raises the revision by one a commit, however many changes it has',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      const one = await store.record(lease, [started('a')]);
      const two = await store.record(lease, [completed('a'), started('b'), completed('b')]);
      assert.deepEqual([lease.revision, one.revision, two.revision], [1, 2, 3]);
      assert.equal((await readRun(store, id)).revision, 3);
    },
  },
  {
    about,
    name: 'shows its holder by the revision that somebody else wrote in between',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      const { revision } = await store.record(lease, [started('a')]);
      await store.transact(id, () => ({ changes: [{ type: 'cancel_requested', reason: null }], value: null }));
      assert.equal((await store.record(lease, [completed('a')])).revision, revision + 2);
    },
  },
  {
    about,
    name: 'lets an expired lease write while nobody took the run',
    async run({ store, clock, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      clock.advance(leaseMs * 100);
      await store.record(lease, [started('a'), completed('a'), runCompleted()]);
      assert.equal((await readRun(store, id)).status, 'completed');
    },
  },
  {
    about,
    name: 'never shows a reader a log and tables that disagree',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      let writing = true;
      const write = async (): Promise<void> => {
        for (let n = 0; n < 20; n++) await store.record(lease, [started(`s${n}`), completed(`s${n}`, n)]);
        writing = false;
      };
      const watch = async (): Promise<void> => {
        for (; writing; await nextTurn()) {
          const before = (await readRun(store, id)).revision;
          const [types, steps] = [await eventTypes(store, id), await store.readSteps(id)];
          const run = await readRun(store, id);
          if (run.revision !== before) continue;
          assert.equal(types.length, run.lastSeq);
          assert.equal(types.filter((type) => type === 'step_completed').length, steps.length);
          assert.equal(steps.length, run.revision - 1, 'a revision stands for a whole commit');
        }
      };
      await Promise.all([write(), watch()]);
    },
  },
];
