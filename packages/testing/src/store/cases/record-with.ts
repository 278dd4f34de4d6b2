import assert from 'node:assert/strict';
import type { Change, Lease, WorkflowStore } from '@sisyphus-state/store';
import type { ConformanceCase, ConformanceEnv } from '../conformance-case.js';
import { claimed, dump, rejectsWith } from '../expectations.js';
import { completed, freeRun, heldRun, leaseOf, runCompleted, started } from '../sample-changes.js';

const about = 'recordWith';

/** What every store must do: the caller's own writes in a commit. */
export const recordWithCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'commits the user’s writes together with the changes',
    async run(env) {
      const lease = await heldLease(env);
      const recorded = await noteAndRecord(env, lease, 'booked', [started('a'), completed('a')]);
      assert.deepEqual(recorded, { revision: 2, at: env.clock.now() });
      assert.deepEqual(await env.notes.read(), ['booked']);
      assert.equal((await env.store.readSteps(lease.runId))[0]?.status, 'completed');
    },
  },
  {
    about,
    name: 'undoes both when the callback throws after its write, and gives its caller that very error',
    async run(env) {
      const lease = await heldLease(env);
      const before = await dump(env.store, lease.runId);
      const thrown = new Error('thought better of it');
      const attempt = env.store.recordWith(lease, (tx) =>
        after(env.notes.insert(tx, 'booked'), () => {
          throw thrown;
        }),
      );
      await assert.rejects(attempt, (error) => error === thrown);
      assert.deepEqual(await env.notes.read(), []);
      assert.deepEqual(await dump(env.store, lease.runId), before);
    },
  },
  {
    about,
    name: 'undoes the user’s writes when one of the changes does not apply',
    async run(env) {
      const lease = await heldLease(env);
      const before = await dump(env.store, lease.runId);
      await assert.rejects(noteAndRecord(env, lease, 'booked', [started('a'), completed('never started')]));
      assert.deepEqual(await env.notes.read(), []);
      assert.deepEqual(await dump(env.store, lease.runId), before);
    },
  },
  {
    about,
    name: 'never calls the callback under a lost lease',
    async run(env) {
      const lease = await heldLease(env);
      await claimed(env.store, lease.runId, { takeover: true });
      let called = false;
      const attempt = env.store.recordWith(lease, () => {
        called = true;
        return [];
      });
      await rejectsWith(attempt, 'LEASE_LOST');
      assert.equal(called, false);
    },
  },
  {
    about,
    name: 'never calls the callback when the run has ended or is not there',
    async run(env) {
      const lease = await heldLease(env);
      await env.store.record(lease, [runCompleted()]);
      await rejectsWith(noteAndRecord(env, lease, 'late', []), 'LEASE_LOST');
      await rejectsWith(noteAndRecord(env, { ...lease, runId: 'nowhere' }, 'late', []), 'RUN_NOT_FOUND');
      assert.deepEqual(await env.notes.read(), []);
    },
  },
  {
    about,
    name: 'commits the user’s writes alone when there are no changes',
    async run(env) {
      const lease = await heldLease(env);
      await noteAndRecord(env, lease, 'only a note', []);
      assert.deepEqual(await env.notes.read(), ['only a note']);
    },
  },
  {
    about,
    name: 'creates runs inside the callback’s transaction: with it or not at all',
    async run(env) {
      const lease = await heldLease(env);
      const [kept, undone] = [env.newId(), env.newId()];
      await createInside(env, lease, kept, [started('a')]);
      await assert.rejects(createInside(env, lease, undone, [completed('never started')]));
      assert.equal((await env.store.readRun(kept))?.status, 'pending');
      assert.equal(await env.store.readRun(undone), null);
    },
  },
  {
    about,
    name: 'keeps a failing callback from its neighbours in the same group',
    async run(env) {
      const leases = await Promise.all(Array.from({ length: 9 }, () => heldLease(env)));
      const attempts = leases.map((lease, index) =>
        noteAndRecord(env, lease, `n${index}`, [index % 3 === 1 ? completed('never started') : started('a')]),
      );
      const outcomes = await Promise.allSettled(attempts);
      assert.deepEqual(
        outcomes.map((outcome) => outcome.status === 'fulfilled'),
        leases.map((_, index) => index % 3 !== 1),
      );
      assert.deepEqual([...(await env.notes.read())].sort(), ['n0', 'n2', 'n3', 'n5', 'n6', 'n8']);
    },
  },
];

async function heldLease({ store, newId }: ConformanceEnv): Promise<Lease> {
  return leaseOf((await store.createRuns([heldRun(newId())]))[0]);
}

function noteAndRecord({ store, notes }: ConformanceEnv, lease: Lease, note: string, changes: readonly Change[]) {
  return store.recordWith(lease, (tx) => after(notes.insert(tx, note), () => changes));
}

function createInside({ store }: ConformanceEnv, lease: Lease, id: string, changes: readonly Change[]) {
  return store.recordWith(lease, (tx) => after(settled(store.createRuns([freeRun(id)], { tx }), store), () => changes));
}

/** Where transactions are synchronous the runs are there when `createRuns` returns; elsewhere its promise is awaited. */
function settled(creating: Promise<unknown>, { capabilities }: WorkflowStore): void | Promise<void> {
  if (!capabilities.syncTransactions) return creating.then(() => {});
  // Its failure would also be one of the recordWith around it, or show in what is read afterwards.
  creating.catch(() => {});
}

/** Goes on once the user’s write is done: at once, or after it where the database’s own means are awaited. */
function after<T>(writing: void | Promise<void>, next: () => T): T | Promise<T> {
  return writing instanceof Promise ? writing.then(next) : next();
}
