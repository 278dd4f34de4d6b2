import assert from 'node:assert/strict';
import { LeaseLostError } from '@sisyphus-state/store';
import type { ConformanceCase } from '../conformance-case.js';
import { claimed, dump, rejectsWith } from '../expectations.js';
import {
  completed,
  heldRun,
  leaseOf,
  runCancelled,
  runCompleted,
  runFailed,
  runReleased,
  started,
} from '../sample-changes.js';

const about = 'record, when it must not';

/** After each of these the lease is no longer the run's. */
const endings = [
  ['completed', runCompleted()],
  ['failed', runFailed()],
  ['cancelled', runCancelled()],
  ['given back', runReleased],
] as const;

/** What every store must do: refusing writes under a lease that is not the run's, whole. */
export const recordRefusalCases: readonly ConformanceCase[] = [
  ...endings.map(
    ([how, change]): ConformanceCase => ({
      about,
      name: `refuses everything after the run was ${how}, and writes nothing of it`,
      async run({ store, newId }) {
        const id = newId();
        const lease = leaseOf((await store.createRuns([heldRun(id, { changes: [started('a')] })]))[0]);
        await store.record(lease, [change]);
        const before = await dump(store, id);
        const error = await rejectsWith(store.record(lease, [completed('a'), started('b')]), 'LEASE_LOST');
        assert.ok(error instanceof LeaseLostError);
        assert.deepEqual([error.runId, error.fence], [id, 1]);
        assert.ok(error.message.includes(how), `the error does not say why: ${error.message}`);
        assert.deepEqual(await dump(store, id), before);
      },
    }),
  ),
  {
    about,
    name: 'refuses a lease that was never the run’s: a wrong fence, or another worker under the right one',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      const before = await dump(store, id);
      for (const wrong of [
        { ...lease, fence: 0 },
        { ...lease, fence: 2 },
        { ...lease, worker: 'w2' },
      ])
        await rejectsWith(store.record(wrong, [started('a')]), 'LEASE_LOST');
      assert.deepEqual(await dump(store, id), before);
    },
  },
  {
    about,
    name: 'refuses the lease from before the run was given back, even when the same worker holds it again',
    async run({ store, newId }) {
      const id = newId();
      const old = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      await store.record(old, [runReleased]);
      const { lease } = await claimed(store, id, { worker: old.worker });
      await rejectsWith(store.record(old, [started('a')]), 'LEASE_LOST');
      await store.record(lease, [started('a')]);
    },
  },
  {
    about,
    name: 'says RUN_NOT_FOUND for a run that is not there',
    async run({ store, newId }) {
      const lease = leaseOf((await store.createRuns([heldRun(newId())]))[0]);
      await rejectsWith(store.record({ ...lease, runId: 'nowhere' }, [started('a')]), 'RUN_NOT_FOUND');
    },
  },
  {
    about,
    name: 'writes nothing of a list of changes one of which does not apply',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      const before = await dump(store, id);
      await assert.rejects(store.record(lease, [started('a'), completed('a'), completed('never started')]));
      assert.deepEqual(await dump(store, id), before);
      await store.record(lease, [started('a')]);
    },
  },
];
