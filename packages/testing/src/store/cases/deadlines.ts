import assert from 'node:assert/strict';
import type { Change } from '@sisyphus-state/store';
import type { ConformanceCase } from '../conformance-case.js';
import {
  claim,
  claimDue,
  claimed,
  claimedIds,
  dueIds,
  dueRequest,
  eventTypes,
  freshIds,
  readRun,
} from '../expectations.js';
import { freeRun, heldRun, leaseOf, runCancelled, runFailed, suspended } from '../sample-changes.js';

const about = 'deadlines';

const paused: Change = { type: 'workflow_paused', reason: 'lunch' };

/** What every store must do: runs whose deadline is over are due, whatever they wait for. */
export const deadlineCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'counts a deadline from the commit that creates the run, or takes the instant that was given',
    async run({ store, clock, newId }) {
      const [counted, given, none] = freshIds(newId);
      const at = clock.now();
      await store.createRuns([
        ...[freeRun(counted, { deadlineMs: 500 }), freeRun(given, { deadlineAt: at + 7 }), freeRun(none)],
      ]);
      const deadlines = await Promise.all([counted, given, none].map((id) => readRun(store, id)));
      assert.deepEqual(
        deadlines.map(({ deadlineAt }) => deadlineAt),
        [at + 500, at + 7, null],
      );
    },
  },
  {
    about,
    name: 'finds and takes a run that waits, is paused or starts later when its deadline is over, and says before when that is',
    async run({ store, clock, newId }) {
      const [waiting, halted, later, held, ended] = freshIds(newId);
      const at = clock.now();
      const created = await store.createRuns([
        heldRun(waiting, { deadlineMs: 100 }),
        heldRun(halted, { deadlineMs: 200 }),
        freeRun(later, { deadlineMs: 300, wakeAt: at + 90_000 }),
        heldRun(held, { deadlineMs: 150 }),
        heldRun(ended, { deadlineMs: 50 }),
      ]);
      await store.record(leaseOf(created[0]), [suspended()]);
      await store.record(leaseOf(created[1]), [paused]);
      await store.record(leaseOf(created[4]), [runCancelled()]);
      assert.deepEqual(await store.findDue(dueRequest()), { runs: [], now: at, nextDueAt: at + 100 });
      assert.equal((await claim(store, waiting)).kind, 'not_due');
      clock.set(at + 100);
      assert.deepEqual(await dueIds(store), [waiting]);
      assert.equal((await store.findDue(dueRequest())).nextDueAt, at + 200);
      clock.set(at + 300);
      // The run that somebody holds is that holder's to end.
      assert.deepEqual(await dueIds(store), [waiting, halted, later]);
      assert.deepEqual(claimedIds(await claimDue(store)), [waiting, halted, later]);
      assert.deepEqual((await eventTypes(store, halted)).slice(-2), ['workflow_paused', 'run_claimed']);
      assert.deepEqual(await dueIds(store), []);
    },
  },
  {
    about,
    name: 'takes a paused run by its id when its deadline is over',
    async run({ store, clock, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id, { deadlineMs: 10 })]))[0]);
      await store.record(lease, [paused]);
      clock.advance(10);
      const { run } = await claimed(store, id);
      assert.deepEqual([run.status, run.reason], ['running', null]);
    },
  },
  {
    about,
    name: 'finds a run once that is due for its timer and for its deadline',
    async run({ store, clock, newId }) {
      const [timed, fresh] = freshIds(newId);
      const [created] = await store.createRuns([
        heldRun(timed, { deadlineMs: 20 }),
        freeRun(fresh, { deadlineMs: 20 }),
      ]);
      await store.record(leaseOf(created), [suspended({ delayMs: 10 })]);
      clock.advance(20);
      assert.deepEqual((await dueIds(store)).toSorted(), [timed, fresh].toSorted());
      assert.deepEqual(claimedIds(await claimDue(store)).toSorted(), [timed, fresh].toSorted());
    },
  },
  {
    about,
    name: 'leaves a run whose deadline is over to its own queue and namespace',
    async run({ store, clock, newId }) {
      const [one, other] = freshIds(newId);
      const leases = (
        await store.createRuns([
          heldRun(one, { deadlineMs: 5, queue: 'far' }),
          heldRun(other, { deadlineMs: 5, namespace: 'apart' }),
        ])
      ).map(leaseOf);
      for (const lease of leases) await store.record(lease, [suspended()]);
      clock.advance(5);
      assert.deepEqual(await dueIds(store), []);
      assert.deepEqual(await dueIds(store, { queues: [{ name: 'far' }] }), [one]);
      assert.deepEqual(await dueIds(store, { namespace: 'apart' }), [other]);
    },
  },
  {
    about,
    name: 'takes no more runs at their deadline than their queue and key have room for',
    async run({ store, clock, newId }) {
      const [first, second, third] = freshIds(newId);
      const runs = [first, second, third].map((id) => heldRun(id, { deadlineMs: 5, concurrencyKey: 'a' }));
      for (const created of await store.createRuns(runs)) await store.record(leaseOf(created), [suspended()]);
      clock.advance(5);
      const queues = [{ name: 'default', perKey: 1 }];
      assert.equal((await claimDue(store, { queues })).length, 1);
      assert.equal((await claimDue(store, { queues })).length, 0);
      assert.equal((await claimDue(store, { queues: [{ name: 'default', concurrency: 2 }] })).length, 1);
    },
  },
  {
    about,
    name: 'gives a resumed run the deadline and the budget that come with the claim, and keeps them on record',
    async run({ store, clock, newId }) {
      const id = newId();
      const budget = { tokens: 10 };
      const lease = leaseOf((await store.createRuns([heldRun(id, { deadlineMs: 10, budget })]))[0]);
      await store.record(lease, [runFailed()]);
      const at = clock.advance(60);
      const request = { runIds: [id], worker: 'w2', leaseMs: 60_000, mode: 'resume' } as const;
      const [outcome] = await store.claimRuns({ ...request, budget: { tokens: 20, steps: 3 }, deadlineMs: 40 });
      assert.equal(outcome?.kind, 'claimed');
      const run = await readRun(store, id);
      assert.deepEqual([run.deadlineAt, run.budget], [at + 40, '{"tokens":20,"steps":3}']);
      const resumed = (await store.readEvents(id)).find(({ type }) => type === 'workflow_resumed');
      const { budget: kept, deadlineMs } = JSON.parse(resumed?.payload ?? '{}');
      assert.deepEqual([kept, deadlineMs], [{ tokens: 20, steps: 3 }, 40]);
    },
  },
];
