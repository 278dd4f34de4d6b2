import assert from 'node:assert/strict';
import { decideCancel, type WorkflowStore } from '@sisyphus-state/store';
import type { ConformanceCase } from '../conformance-case.js';
import { claim, claimed, dump, freshIds, readRun } from '../expectations.js';
import { freeRun, heldRun, leaseMs, leaseOf, runCompleted, runReleased, suspended } from '../sample-changes.js';

const about = 'findAbandoned';
const hour = 3_600_000;

/** What every store must do: finding runs that their holder left. */
export const findAbandonedCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'finds nothing where holders live and leases run',
    async run({ store, clock, newId }) {
      const [held, ended, back, parked] = freshIds(newId);
      const leases = (await store.createRuns([held, ended, back, parked].map((id) => heldRun(id)))).map(leaseOf);
      const changes = [[], [runCompleted()], [runReleased], [suspended()]] as const;
      for (const [index, lease] of leases.entries()) await store.record(lease, changes[index] ?? []);
      await store.createRuns([freeRun(newId())]);
      clock.advance(leaseMs - 1);
      assert.deepEqual(await abandoned(store), []);
    },
  },
  {
    about,
    name: 'finds a run whose lease is over, with what it is an execution of, and writes nothing',
    async run({ store, clock, newId }) {
      const [id, other] = freshIds(newId);
      await store.createRuns([heldRun(id, { version: 2 }), heldRun(other, { queue: 'b' })]);
      const before = await dump(store, id);
      clock.advance(leaseMs);
      const request = { queues: [{ name: 'default' }] };
      assert.deepEqual(await store.findAbandoned(request), [
        { runId: id, name: 'sample', version: 2, definitionHash: null, workflowKey: 'sample@2' },
      ]);
      assert.deepEqual(await store.findAbandoned({ ...request, except: ['sample@2'] }), []);
      assert.deepEqual(await store.findAbandoned({ ...request, namespace: 'tenant-b' }), []);
      assert.deepEqual((await abandoned(store, 'default', 'b')).toSorted(), [id, other]);
      assert.deepEqual(await dump(store, id), before);
    },
  },
  {
    about,
    name: 'finds a run whose holder’s process died, at once, and it can be taken',
    needs: ({ multiProcess }) => multiProcess,
    async run({ store, processes, openSecond, newId }) {
      const [dying, living] = freshIds(newId);
      const second = await openSecond('other');
      await store.createRuns([heldRun(dying)]);
      await second.createRuns([heldRun(living)]);
      assert.deepEqual(await abandoned(second), []);
      processes.kill('main');
      assert.deepEqual(await abandoned(second), [dying]);
      assert.equal((await claim(second, dying)).kind, 'claimed');
      assert.deepEqual(await abandoned(second), []);
    },
  },
  {
    about,
    name: 'finds a run whose holder fell silent although the clock was set back, once its lease stood still for its length',
    async run({ store, clock, monotonic, newId }) {
      const id = newId();
      await store.createRuns([heldRun(id)]);
      clock.advance(-hour);
      assert.deepEqual(await abandoned(store), []);
      monotonic.advance(leaseMs - 1);
      assert.deepEqual(await abandoned(store), []);
      assert.equal((await claim(store, id)).kind, 'held');
      monotonic.advance(1);
      assert.deepEqual(await abandoned(store), [id]);
      const { lease, run } = await claimed(store, id);
      assert.equal(lease.fence, 2);
      assert.ok(run.leaseExpiresAt !== null && run.leaseExpiresAt <= clock.now() + leaseMs);
      assert.deepEqual(await abandoned(store), []);
    },
  },
  {
    about,
    name: 'lets outsiders end such a run themselves',
    async run({ store, clock, monotonic, newId }) {
      const id = newId();
      await store.createRuns([heldRun(id)]);
      clock.advance(-hour);
      await abandoned(store);
      monotonic.advance(leaseMs);
      const outcome = await store.transact(id, (snapshot) => decideCancel(snapshot, null));
      assert.deepEqual([outcome.kind, (await readRun(store, id)).status], ['cancelled', 'cancelled']);
    },
  },
  {
    about,
    name: 'leaves a holder alone that renews, whichever way and how often the clock is set',
    async run({ store, clock, monotonic, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      for (const jump of [-hour, hour, 2 * hour, -3 * hour, 0, 1, -1]) {
        clock.advance(jump);
        monotonic.advance(leaseMs / 2);
        await store.renewLeases([lease], leaseMs);
        assert.deepEqual(await abandoned(store), []);
        monotonic.advance(leaseMs / 2);
        assert.deepEqual(await abandoned(store), []);
        assert.equal((await claim(store, id)).kind, 'held');
      }
    },
  },
  {
    about,
    name: 'goes by the length that a lease was last taken or renewed with',
    async run({ store, clock, monotonic, newId }) {
      const [long, renewed, taken] = freshIds(newId);
      const lease = { worker: 'w1', leaseMs: 500_000 };
      const created = await store.createRuns([freeRun(long, { lease }), heldRun(renewed), freeRun(taken)]);
      await store.renewLeases([leaseOf(created[1])], 5000);
      await store.claimDue({ worker: 'w2', leaseMs: 20_000, queues: [{ name: 'default' }], limit: 1 });
      clock.advance(-hour);
      await abandoned(store);
      monotonic.advance(5000);
      assert.deepEqual(await abandoned(store), [renewed]);
      monotonic.advance(15_000);
      assert.deepEqual((await abandoned(store)).toSorted(), [renewed, taken]);
      monotonic.advance(480_000);
      assert.deepEqual((await abandoned(store)).toSorted(), [long, renewed, taken]);
    },
  },
  {
    about,
    name: 'begins anew with each holder',
    async run({ store, clock, monotonic, newId }) {
      const id = newId();
      const first = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      clock.advance(-hour);
      await abandoned(store);
      monotonic.advance(leaseMs - 1);
      await store.record(first, [runReleased]);
      await claimed(store, id);
      clock.advance(-hour);
      assert.deepEqual(await abandoned(store), []);
      monotonic.advance(1);
      assert.deepEqual(await abandoned(store), []);
      monotonic.advance(leaseMs - 1);
      assert.deepEqual(await abandoned(store), [id]);
    },
  },
  {
    about,
    name: 'keeps what it saw of one queue while others are looked at',
    async run({ store, clock, monotonic, newId }) {
      const [one, other] = freshIds(newId);
      await store.createRuns([heldRun(one, { queue: 'a' }), heldRun(other, { queue: 'b' })]);
      clock.advance(-hour);
      await abandoned(store, 'a');
      monotonic.advance(leaseMs / 2);
      await abandoned(store, 'b');
      monotonic.advance(leaseMs / 2);
      assert.deepEqual(await abandoned(store, 'b'), []);
      assert.deepEqual(await abandoned(store, 'a', 'b'), [one]);
    },
  },
];

async function abandoned(store: WorkflowStore, ...names: string[]): Promise<string[]> {
  const queues = (names.length === 0 ? ['default'] : names).map((name) => ({ name }));
  return (await store.findAbandoned({ queues })).map(({ runId }) => runId);
}
