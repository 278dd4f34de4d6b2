import assert from 'node:assert/strict';
import type { Lease } from '@sisyphus-state/store';
import type { ConformanceCase, ConformanceEnv } from '../conformance-case.js';
import { claimed, eventTypes, readRun } from '../expectations.js';
import { completed, freeRun, heldRun, leaseOf, runCompleted, started } from '../sample-changes.js';

const about = 'writes that come at once';

/** What every store must do: writes that share a commit. */
export const groupCommitCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'all commit, however many there are',
    async run(env) {
      const leases = await heldLeases(env, 700);
      const recorded = await Promise.all(leases.map((lease) => env.store.record(lease, [started('a')])));
      assert.ok(recorded.every(({ revision }) => revision === 2));
      assert.equal((await env.store.readRevisions(leases.map(({ runId }) => runId))).size, 700);
    },
  },
  {
    about,
    name: 'do not suffer from a refused neighbour: a lost lease, a change that does not apply, a rule that throws',
    async run(env) {
      const { store } = env;
      const leases = await heldLeases(env, 12);
      for (const lease of leases.filter((_, index) => index % 4 === 1))
        await claimed(store, lease.runId, { takeover: true });
      const writes = leases.map((lease, index): Promise<unknown> => {
        if (index % 4 === 2) return store.record(lease, [started('a'), completed('never started')]);
        if (index % 4 === 3)
          return store.transact(lease.runId, () => {
            throw new Error('no');
          });
        return store.record(lease, [started('a')]);
      });
      const outcomes = await Promise.allSettled(writes);
      const fulfilled = outcomes.map((outcome) => outcome.status === 'fulfilled');
      assert.deepEqual(
        fulfilled,
        leases.map((_, index) => index % 4 === 0),
      );
      for (const [index, { runId }] of leases.entries())
        assert.equal((await store.readSteps(runId)).length, index % 4 === 0 ? 1 : 0);
    },
  },
  {
    about,
    name: 'on one run keep the order they were asked for',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      const keys = Array.from({ length: 40 }, (_, index) => `s${index}`);
      const recorded = await Promise.all(keys.map((key) => store.record(lease, [started(key)])));
      assert.deepEqual(
        recorded.map(({ revision }) => revision),
        keys.map((_, index) => index + 2),
      );
      assert.deepEqual(
        (await store.readSteps(id)).map((step) => step.stepKey),
        keys,
      );
    },
  },
  {
    about,
    name: 'see each other: a write after the run’s end in the same turn is refused',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      const writes = [
        store.record(lease, [started('a')]),
        store.record(lease, [runCompleted()]),
        store.record(lease, [started('b')]),
      ];
      const outcomes = await Promise.allSettled(writes);
      assert.deepEqual(
        outcomes.map((outcome) => outcome.status),
        ['fulfilled', 'fulfilled', 'rejected'],
      );
      assert.equal((await eventTypes(store, id)).at(-1), 'workflow_completed');
    },
  },
  {
    about,
    name: 'may be asked for from inside a rule, and then commit after it',
    async run({ store, newId }) {
      const [id, other] = [newId(), newId()];
      await store.createRuns([heldRun(id)]);
      const inner: Promise<unknown>[] = [];
      await store.transact(id, () => {
        // A rule may be asked again where the commit had to be repeated.
        if (inner.length === 0) inner.push(store.createRuns([freeRun(other)]));
        return { changes: [], value: null };
      });
      await Promise.all(inner);
      assert.equal((await readRun(store, other)).status, 'pending');
    },
  },
  {
    about,
    name: 'through several handles all commit, and none sees a locked database',
    needs: ({ multiProcess }) => multiProcess,
    async run(env) {
      const handles = [env.store, await env.openSecond('second'), await env.openSecond('third')];
      const leases = await heldLeases(env, 30);
      const work = leases.map(async (lease, index) => {
        const store = handles[index % 3] ?? env.store;
        for (let n = 0; n < 5; n++) await store.record(lease, [started(`s${n}`), completed(`s${n}`)]);
      });
      await Promise.all(work);
      for (const { runId } of leases) assert.equal((await readRun(env.store, runId)).revision, 6);
    },
  },
];

async function heldLeases({ store, newId }: ConformanceEnv, count: number): Promise<readonly Lease[]> {
  const created = await store.createRuns(Array.from({ length: count }, () => heldRun(newId())));
  return created.map(leaseOf);
}
