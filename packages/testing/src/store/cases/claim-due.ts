import assert from 'node:assert/strict';
import type { ConformanceCase } from '../conformance-case.js';
import {
  claim,
  claimDue,
  claimed,
  claimedIds,
  dueIds,
  eventTypes,
  freshIds,
  readRun,
  rejectsWith,
} from '../expectations.js';
import {
  completed,
  freeRun,
  heldRun,
  json,
  leaseMs,
  leaseOf,
  runReleased,
  started,
  suspended,
  waiting,
} from '../sample-changes.js';

const about = 'claimDue';

/** What every store must do: taking due runs. */
export const claimDueCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'takes a new run with its lease, its values and the event that says so',
    async run({ store, clock, newId }) {
      const id = newId();
      const large = json('x'.repeat(9000));
      await store.createRuns([freeRun(id, { input: large })]);
      const at = clock.advance(10);
      const [taken, ...others] = await claimDue(store, { worker: 'w7', leaseMs: 5000.9 });
      assert.ok(taken);
      assert.deepEqual(others, []);
      assert.deepEqual(taken.lease, { runId: id, worker: 'w7', fence: 1, revision: 2, expiresAt: at + 5000 });
      assert.deepEqual(taken.run, await readRun(store, id));
      assert.deepEqual([taken.run.input, taken.run.status, taken.run.leaseMs], [large, 'running', 5000]);
      assert.deepEqual([taken.run.startedAt, taken.at, taken.steps, taken.mail], [at, at, [], []]);
      assert.deepEqual(await eventTypes(store, id), ['workflow_started', 'run_claimed']);
      await store.record(taken.lease, [started('a')]);
    },
  },
  {
    about,
    name: 'takes a parked run whose timer is over with its journal and its mail, and lets its old holder write no more',
    async run({ store, clock, newId }) {
      const id = newId();
      const old = leaseOf((await store.createRuns([heldRun(id, { changes: [started('z'), completed('z', 1)] })]))[0]);
      await store.record(old, [waiting('nap', 100), suspended({ delayMs: 100 })]);
      const mail = [{ kind: 'signal', name: 'early', payload: json(0) }];
      await store.transact(id, () => ({ changes: [], mail, value: null }));
      assert.deepEqual(await claimDue(store), []);
      clock.advance(100);
      const [taken] = await claimDue(store);
      assert.ok(taken);
      assert.deepEqual(
        taken.steps.map((step) => [step.stepKey, step.status]),
        [
          ['z', 'completed'],
          ['nap', 'waiting'],
        ],
      );
      assert.deepEqual([taken.mail[0]?.name, taken.lease.fence], ['early', 2]);
      assert.deepEqual([taken.run.status, taken.run.wakeAt, taken.run.reason], ['running', null, null]);
      await rejectsWith(store.record(old, [completed('nap')]), 'LEASE_LOST');
    },
  },
  {
    about,
    name: 'takes each run once, the first in order first, and nothing when there is nothing left',
    async run({ store, newId }) {
      const [last, first, second, third] = freshIds(newId);
      await store.createRuns([freeRun(last, { priority: -1 }), freeRun(first, { priority: 1 })]);
      await store.createRuns([freeRun(second), freeRun(third)]);
      assert.deepEqual(claimedIds(await claimDue(store, { limit: 2 })), [first, second]);
      assert.deepEqual(claimedIds(await claimDue(store, { limit: 0 })), []);
      assert.deepEqual(claimedIds(await claimDue(store, { limit: 9.5 })), [third, last]);
      assert.deepEqual(await claimDue(store), []);
    },
  },
  {
    about,
    name: 'takes only from the queues and the namespace asked for, and passes over the workflows it is told to',
    async run({ store, newId }) {
      const [wanted, otherQueue, otherNamespace, otherWorkflow] = freshIds(newId);
      await store.createRuns([freeRun(wanted, { queue: 'a', version: 1 }), freeRun(otherQueue, { queue: 'b' })]);
      await store.createRuns([freeRun(otherNamespace, { queue: 'a', namespace: 'tenant-b' })]);
      await store.createRuns([freeRun(otherWorkflow, { queue: 'a', name: 'other' })]);
      const queues = [{ name: 'a' }];
      assert.deepEqual(claimedIds(await claimDue(store, { queues, except: ['other@', 'sample@'] })), [wanted]);
      assert.deepEqual(claimedIds(await claimDue(store, { queues, namespace: 'tenant-b' })), [otherNamespace]);
      assert.deepEqual(await claimDue(store, { queues: [] }), []);
    },
  },
  {
    about,
    name: 'stops at the first run of a workflow that it is not said to know',
    async run({ store, newId }) {
      const [first, unknown, behind] = freshIds(newId);
      await store.createRuns([freeRun(first, { version: 1 })]);
      await store.createRuns([freeRun(unknown, { name: 'other' })]);
      await store.createRuns([freeRun(behind, { version: 1 })]);
      assert.deepEqual(await claimDue(store, { known: [] }), []);
      assert.deepEqual(claimedIds(await claimDue(store, { known: ['sample@1', 'elsewhere@'] })), [first]);
      assert.deepEqual(await claimDue(store, { known: ['sample@1'] }), []);
      assert.deepEqual(claimedIds(await claimDue(store, { known: ['sample@1', 'other@'] })), [unknown, behind]);
    },
  },
  {
    about,
    name: 'leaves runs alone that are held, by whomever, even when their lease is over',
    async run({ store, clock, processes, newId }) {
      const [alive, dead] = freshIds(newId);
      await store.createRuns([heldRun(alive), heldRun(dead)]);
      processes.kill('main');
      clock.advance(leaseMs + 1);
      assert.deepEqual(await claimDue(store), []);
      assert.equal((await claim(store, dead)).kind, 'claimed');
    },
  },
  {
    about,
    name: 'takes what was given back at once, and what was parked only after its time',
    async run({ store, clock, newId }) {
      const [back, parked] = freshIds(newId);
      const leases = (await store.createRuns([heldRun(back), heldRun(parked)])).map(leaseOf);
      for (const lease of leases)
        await store.record(lease, [lease.runId === back ? runReleased : suspended({ delayMs: 10 })]);
      assert.deepEqual(claimedIds(await claimDue(store)), [back]);
      clock.advance(10);
      assert.deepEqual(claimedIds(await claimDue(store)), [parked]);
    },
  },
  {
    about,
    name: 'takes many hundred runs of several queues, none twice and none left',
    async run({ store, clock, newId }) {
      const all = Array.from({ length: 600 }, newId);
      await store.createRuns(
        all.map((id, n) => freeRun(id, { queue: `q${n % 3}`, priority: n % 5, wakeAt: n % 2 ? clock.now() : null })),
      );
      const queues = [{ name: 'q0' }, { name: 'q1' }, { name: 'q2' }];
      const taken: string[] = [];
      for (let round = 0; round < 6; round++) taken.push(...claimedIds(await claimDue(store, { queues, limit: 100 })));
      assert.deepEqual(taken.sort(), all);
      assert.deepEqual(await dueIds(store, { queues }), []);
    },
  },
  {
    about,
    name: 'gives workers that ask at the same time different runs, and leaves none behind',
    needs: ({ multiProcess }) => multiProcess,
    async run({ store, openSecond, newId }) {
      const all = Array.from({ length: 60 }, newId);
      await store.createRuns(all.map((id) => freeRun(id)));
      const workers = await Promise.all(['p1', 'p2', 'p3', 'p4'].map((name) => openSecond(name)));
      const taken: string[] = [];
      for (let round = 0; taken.length < all.length && round < 20; round++) {
        const claims = await Promise.all(workers.map((worker, n) => claimDue(worker, { worker: `w${n}`, limit: 7 })));
        taken.push(...claims.flatMap((each) => claimedIds(each)));
      }
      assert.deepEqual(taken.sort(), all);
      const fences = await Promise.all(all.map(async (id) => (await readRun(store, id)).fence));
      assert.deepEqual([...new Set(fences)], [1]);
    },
  },
  {
    about,
    name: 'lets somebody resume a parked run before its time',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      await store.record(lease, [waiting('nap'), suspended()]);
      assert.equal((await claim(store, id)).kind, 'not_due');
      const { run, steps } = await claimed(store, id, { mode: 'resume' });
      assert.deepEqual([run.status, run.wakeAt, steps[0]?.status], ['running', null, 'waiting']);
      assert.equal((await eventTypes(store, id)).at(-1), 'run_claimed');
    },
  },
];
