import assert from 'node:assert/strict';
import { type CancelOutcome, decideCancel } from '@sisyphus-state/store';
import type { ConformanceCase, ConformanceEnv } from '../conformance-case.js';
import { claim, claimed, dump, eventTypes, readRun, rejectsWith } from '../expectations.js';
import {
  completed,
  freeRun,
  heldRun,
  leaseMs,
  leaseOf,
  runCancelled,
  runCompleted,
  runFailed,
  runReleased,
  started,
} from '../sample-changes.js';

const about = 'cancel from outside, by decideCancel';

/** Ways for a run to have no live holder, each with a running step. */
const unattended: readonly (readonly [string, (env: ConformanceEnv) => unknown])[] = [
  ['whose holder died', ({ processes }) => processes.kill('main')],
  ['whose lease ended', ({ clock }) => clock.advance(leaseMs)],
  ['that was given back', async ({ store }) => store.record(await currentLease(store), [runReleased])],
];

/** What every store must do: cancelling a run from outside. */
export const cancelCases: readonly ConformanceCase[] = [
  ...unattended.map(
    ([which, prepare]): ConformanceCase => ({
      about,
      name: `ends a run ${which}, and its running step, in this very commit`,
      async run(env) {
        const { store } = env;
        const id = env.newId();
        const lease = leaseOf((await store.createRuns([heldRun(id, { changes: [started('a')] })]))[0]);
        await prepare(env);
        assert.deepEqual(await cancel(env, id, 'enough'), { kind: 'cancelled' });
        const run = await readRun(store, id);
        assert.deepEqual([run.status, run.reason, run.leaseWorker], ['cancelled', 'enough', null]);
        assert.equal((await store.readSteps(id))[0]?.status, 'cancelled');
        assert.deepEqual((await eventTypes(store, id)).slice(-2), ['step_cancelled', 'workflow_cancelled']);
        await rejectsWith(store.record(lease, [completed('a')]), 'LEASE_LOST');
      },
    }),
  ),
  {
    about,
    name: 'ends a run that never began',
    async run(env) {
      const id = env.newId();
      await env.store.createRuns([freeRun(id)]);
      assert.deepEqual(await cancel(env, id, null), { kind: 'cancelled' });
      assert.deepEqual(await eventTypes(env.store, id), ['workflow_started', 'workflow_cancelled']);
    },
  },
  {
    about,
    name: 'asks a live holder instead, once, and leaves the run to it',
    async run(env) {
      const { store } = env;
      const id = env.newId();
      const lease = leaseOf((await store.createRuns([heldRun(id, { changes: [started('a')] })]))[0]);
      assert.deepEqual(await cancel(env, id, 'enough'), { kind: 'requested' });
      assert.deepEqual(await cancel(env, id, 'again'), { kind: 'requested' });
      const mail = await store.readMail(id);
      assert.deepEqual(
        mail.map(({ kind, name }) => [kind, name]),
        [['cancel', 'enough']],
      );
      assert.equal((await readRun(store, id)).status, 'running');
      assert.equal((await eventTypes(store, id)).filter((type) => type === 'cancel_requested').length, 1);
      await store.record(lease, [completed('a'), runCancelled('enough')]);
      assert.deepEqual(await store.readMail(id), []);
    },
  },
  {
    about,
    name: 'takes the request out of the box when the run ends, so that a resumed run is not cancelled again',
    async run(env) {
      const { store } = env;
      for (const ending of [runFailed(), runCancelled()]) {
        const id = env.newId();
        const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
        await cancel(env, id, null);
        await store.record(lease, [ending]);
        assert.deepEqual((await claimed(store, id, { mode: 'resume' })).mail, []);
      }
    },
  },
  {
    about,
    name: 'hands an unread request to whoever claims the run next',
    async run(env) {
      const { store } = env;
      const id = env.newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      await cancel(env, id, 'enough');
      await store.record(lease, [runReleased]);
      const { mail } = await claimed(store, id);
      assert.deepEqual(
        mail.map(({ kind, name }) => [kind, name]),
        [['cancel', 'enough']],
      );
    },
  },
  {
    about,
    name: 'leaves other mail in the box when the run ends',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      const mail = [{ kind: 'signal', name: 'early', payload: null }];
      await store.transact(id, () => ({ changes: [], mail, value: null }));
      await store.record(lease, [runFailed()]);
      assert.equal((await store.readMail(id))[0]?.name, 'early');
    },
  },
  {
    about,
    name: 'finds a run that has ended as it is',
    async run(env) {
      const { store } = env;
      for (const [ending, status] of [
        [runCompleted(), 'completed'],
        [runFailed(), 'failed'],
        [runCancelled(), 'cancelled'],
      ] as const) {
        const id = env.newId();
        const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
        await store.record(lease, [ending]);
        const before = await dump(store, id);
        assert.deepEqual(await cancel(env, id, null), { kind: 'ended', status });
        assert.deepEqual(await dump(store, id), before);
      }
    },
  },
  {
    about,
    name: 'leaves one terminal event when the holder completes the run at the same moment',
    async run(env) {
      const { store } = env;
      const id = env.newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      env.clock.advance(leaseMs);
      await Promise.allSettled([store.record(lease, [runCompleted()]), cancel(env, id, null), claim(store, id)]);
      const ends = (await eventTypes(store, id)).filter((type) => /workflow_(completed|cancelled)/.test(type));
      assert.equal(ends.length, 1);
    },
  },
];

function cancel({ store }: ConformanceEnv, id: string, reason: string | null): Promise<CancelOutcome> {
  return store.transact(id, (snapshot) => decideCancel(snapshot, reason));
}

async function currentLease(store: ConformanceEnv['store']) {
  const [run] = await store.listRuns({ status: 'running' });
  assert.ok(run?.leaseWorker && run.leaseExpiresAt);
  const { id: runId, leaseWorker: worker, fence, revision, leaseExpiresAt: expiresAt } = run;
  return { runId, worker, fence, revision, expiresAt };
}
