import assert from 'node:assert/strict';
import { decideCancel } from '@sisyphus-state/store';
import type { ConformanceCase, ConformanceEnv } from '../conformance-case.js';
import { claim, eventTypes, eventually, nextTurn, readRun, rejectsWith } from '../expectations.js';
import {
  completed,
  freeRun,
  heldRun,
  leaseOf,
  retried,
  runReleased,
  started,
  suspended,
  waiting,
} from '../sample-changes.js';

const about = 'parked runs and queues';

/** Ways of giving others something to wait for or to do, each through a run that is there. */
const news: readonly (readonly [string, (env: ConformanceEnv, store: ConformanceEnv['store']) => Promise<unknown>])[] =
  [
    ['a run is put into a queue', async ({ newId }, store) => store.createRuns([freeRun(newId())])],
    [
      'a run is put into a queue for later',
      async ({ newId, clock }, store) => store.createRuns([freeRun(newId(), { wakeAt: clock.now() + 1 })]),
    ],
    ['a run is parked', async (env, store) => store.record(await hold(env, store), [suspended({ delayMs: 5 })])],
    ['a run is given back', async (env, store) => store.record(await hold(env, store), [runReleased])],
    [
      'a run is parked with the user’s own writes',
      async (env, store) => store.recordWith(await hold(env, store), () => [suspended()]),
    ],
  ];

/** What every store must do: parking runs, and telling those who wait for work. */
export const suspensionCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'parks a run: its lease is given back, and the row says when and what for',
    async run({ store, clock, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      const { revision } = await store.record(lease, [waiting('nap', 250.5), suspended({ delayMs: 250.5 })]);
      const run = await readRun(store, id);
      assert.deepEqual([run.status, run.reason, run.wakeAt], ['waiting', 'timer', clock.now() + 251]);
      assert.deepEqual([run.leaseWorker, run.leaseHolder, run.leaseExpiresAt], [null, null, null]);
      assert.deepEqual([revision, run.revision, run.fence], [2, 2, 1]);
      const [nap] = await store.readSteps(id);
      assert.deepEqual(
        [nap?.status, nap?.type, nap?.attempts, nap?.wakeAt, nap?.startedAt],
        ['waiting', 'sleep', 0, clock.now() + 251, clock.now()],
      );
      await rejectsWith(store.record(lease, [completed('nap')]), 'LEASE_LOST');
      assert.deepEqual(await store.renewLeases([lease], 1000), [{ runId: id, held: false, revision: 2 }]);
    },
  },
  {
    about,
    name: 'ends a parked run, with the steps that wait, in the commit of whoever cancels it',
    async run({ store, newId }) {
      const id = newId();
      const changes = [started('a'), retried('a', 60_000), waiting('nap'), started('done'), completed('done')];
      const lease = leaseOf((await store.createRuns([heldRun(id, { changes })]))[0]);
      await store.record(lease, [suspended({ delayMs: 60_000 })]);
      const outcome = await store.transact(id, (snapshot) => decideCancel(snapshot, 'enough'));
      assert.deepEqual(outcome, { kind: 'cancelled' });
      const run = await readRun(store, id);
      assert.deepEqual([run.status, run.reason, run.wakeAt, run.revision], ['cancelled', 'enough', null, 3]);
      const steps = await store.readSteps(id);
      assert.deepEqual(
        steps.map(({ stepKey, status }) => [stepKey, status]),
        [
          ['a', 'cancelled'],
          ['nap', 'cancelled'],
          ['done', 'completed'],
        ],
      );
      const types = await eventTypes(store, id);
      assert.deepEqual(types.slice(-3), ['step_cancelled', 'step_cancelled', 'workflow_cancelled']);
      assert.equal((await claim(store, id)).kind, 'ended');
    },
  },
  ...news.map(
    ([what, happen]): ConformanceCase => ({
      about,
      name: `tells watchers in the same process when ${what}`,
      async run(env) {
        await hears(env, () => happen(env, env.store));
      },
    }),
  ),
  ...news.map(
    ([what, happen]): ConformanceCase => ({
      about,
      name: `tells watchers in another process when ${what}`,
      needs: ({ multiProcess }) => multiProcess,
      async run(env) {
        const second = await env.openSecond('other');
        await hears(env, () => happen(env, second));
      },
    }),
  ),
];

/** A run that is created held tells nobody, so it is only what follows that can be heard. */
async function hold({ newId }: ConformanceEnv, store: ConformanceEnv['store']) {
  return leaseOf((await store.createRuns([heldRun(newId())]))[0]);
}

async function hears({ store }: ConformanceEnv, happen: () => Promise<unknown>): Promise<void> {
  let calls = 0;
  const stop = store.watch(() => {
    calls++;
  });
  await nextTurn();
  await happen();
  await eventually('the listener is called', () => calls > 0);
  stop();
}
