import assert from 'node:assert/strict';
import type { Lease, Renewal, WorkflowStore } from '@sisyphus-state/store';
import type { ConformanceCase, ConformanceEnv } from '../conformance-case.js';
import { claimed, eventually, readRun } from '../expectations.js';
import { heldRun, leaseOf } from '../sample-changes.js';

const about = 'startRenewals';
const needs: ConformanceCase['needs'] = ({ leaseRenewal, multiProcess }) => leaseRenewal === 'thread' && multiProcess;
/** Real time passes here: short enough to wait for, long enough for a busy machine. */
const leaseMs = 900;

/** What every store must do that renews leases from a thread. */
export const startRenewalsCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'moves the ends of leases that are kept, and neither event nor revision, until they are dropped',
    needs,
    async run(env) {
      const { store, renewals, hold } = await begin(env);
      const [kept, dropped] = [await hold(), await hold()];
      renewals.keep(kept);
      renewals.keep(dropped);
      await renewed(store, dropped, 1);
      renewals.drop(dropped.runId);
      const { leaseRenewals } = await readRun(store, dropped.runId);
      const { revision, lastSeq } = await readRun(store, kept.runId);
      await renewed(store, kept, 4);
      const after = await readRun(store, kept.runId);
      assert.deepEqual([after.revision, after.lastSeq], [revision, lastSeq]);
      assert.ok((after.leaseExpiresAt ?? 0) > (await store.now()) - leaseMs);
      // One renewal may have been under way.
      assert.ok((await readRun(store, dropped.runId)).leaseRenewals <= leaseRenewals + 1);
      renewals.stop();
    },
  },
  {
    about,
    name: 'renews a lease no longer than it is allowed to',
    needs,
    async run(env) {
      const { store, renewals, hold } = await begin(env);
      const lease = await hold();
      renewals.keep(lease);
      await renewed(store, lease, 1);
      renewals.allowUntil(lease.runId, performance.now());
      await eventually('the lease has run out', async () => {
        const { leaseExpiresAt } = await readRun(store, lease.runId);
        return leaseExpiresAt !== null && leaseExpiresAt <= (await store.now());
      });
      renewals.stop();
    },
  },
  {
    about,
    name: 'tells of a lease that is lost',
    needs,
    async run(env) {
      const { store, renewals, told, hold } = await begin(env);
      const lease = await hold();
      renewals.keep(lease);
      await claimed(store, lease.runId, { takeover: true });
      await eventually('the loss is told', () => told.some(({ runId, held }) => runId === lease.runId && !held));
      renewals.stop();
    },
  },
];

/** A handle under the real clock with a thread, and leases on it. */
async function begin(env: ConformanceEnv) {
  const store = await env.openReal();
  const told: Renewal[] = [];
  // A thread that ended renews nothing, which every case notices.
  const onError = (): void => {};
  const renewals = store.startRenewals({ leaseMs, onRenewals: (all) => void told.push(...all), onError });
  assert.ok(renewals !== null, 'a store that declares a thread starts one');
  const hold = async (): Promise<Lease> =>
    leaseOf((await store.createRuns([heldRun(env.newId(), { lease: { worker: 'w1', leaseMs } })]))[0]);
  return { store, told, hold, renewals };
}

function renewed(store: WorkflowStore, { runId }: Lease, times: number): Promise<void> {
  return eventually('the lease is renewed', async () => (await readRun(store, runId)).leaseRenewals >= times);
}
