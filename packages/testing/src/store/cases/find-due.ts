import assert from 'node:assert/strict';
import type { ConformanceCase } from '../conformance-case.js';
import { claimed, dueIds, dueRequest, dump, freshIds } from '../expectations.js';
import { freeRun, heldRun, json, leaseOf, runCancelled, runReleased, suspended } from '../sample-changes.js';

const about = 'findDue';

/** What every store must do: finding due runs. */
export const findDueCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'finds what nobody holds and nothing keeps from running, and only that',
    async run({ store, clock, newId }) {
      const [free, later, held, ended, parked, paused, back] = freshIds(newId);
      const created = await store.createRuns([
        ...[freeRun(free), freeRun(later, { wakeAt: clock.now() + 1 })],
        ...[held, ended, parked, paused, back].map((id) => heldRun(id)),
      ]);
      await store.record(leaseOf(created[3]), [runCancelled()]);
      await store.record(leaseOf(created[4]), [suspended()]);
      await store.record(leaseOf(created[5]), [{ type: 'workflow_paused', reason: null }]);
      await store.record(leaseOf(created[6]), [runReleased]);
      assert.deepEqual(await dueIds(store), [free, back]);
    },
  },
  {
    about,
    name: 'gives the highest priority first, and of one priority what is due for longest',
    async run({ store, clock, newId }) {
      const [first, second, urgent, idle, third] = freshIds(newId);
      await store.createRuns([freeRun(first), freeRun(second)]);
      await store.createRuns([freeRun(urgent, { priority: 5 }), freeRun(idle, { priority: -1 })]);
      clock.advance(1);
      await store.createRuns([freeRun(third)]);
      assert.deepEqual(await dueIds(store), [urgent, first, second, third, idle]);
      assert.deepEqual(await dueIds(store, { limit: 2 }), [urgent, first]);
    },
  },
  {
    about,
    name: 'counts a run with a timer as due from its end on, not from its creation',
    async run({ store, clock, newId }) {
      const [sleeper, before, after, urgent] = freshIds(newId);
      await store.createRuns([freeRun(sleeper, { wakeAt: clock.now() + 100 }), freeRun(before)]);
      await store.createRuns([freeRun(urgent, { wakeAt: clock.now() + 150, priority: 1 })]);
      clock.advance(200);
      await store.createRuns([freeRun(after)]);
      assert.deepEqual(await dueIds(store), [urgent, before, sleeper, after]);
    },
  },
  {
    about,
    name: 'finds a delayed run at its very instant, and says before when that is',
    async run({ store, clock, newId }) {
      const id = newId();
      const wakeAt = clock.now() + 5000;
      await store.createRuns([freeRun(id, { wakeAt })]);
      clock.set(wakeAt - 1);
      assert.deepEqual(await store.findDue(dueRequest()), { runs: [], now: wakeAt - 1, nextDueAt: wakeAt });
      clock.set(wakeAt);
      assert.deepEqual(await dueIds(store), [id]);
      assert.equal((await store.findDue(dueRequest())).nextDueAt, null);
    },
  },
  {
    about,
    name: 'finds a parked run when its timer is over: the earlier of an instant and a delay',
    async run({ store, clock, newId }) {
      const [byInstant, byDelay, never] = freshIds(newId);
      const leases = (await store.createRuns([byInstant, byDelay, never].map((id) => heldRun(id)))).map(leaseOf);
      const at = clock.now();
      const untils = [{ wakeAt: at + 50, delayMs: 70 }, { wakeAt: at + 90, delayMs: 60.5 }, {}];
      for (const [index, lease] of leases.entries()) await store.record(lease, [suspended(untils[index])]);
      assert.equal((await store.findDue(dueRequest())).nextDueAt, at + 50);
      clock.set(at + 50);
      assert.deepEqual(await dueIds(store), [byInstant]);
      // Never before its time: half a millisecond more is one more.
      assert.equal((await store.findDue(dueRequest())).nextDueAt, at + 61);
      clock.advance(1_000_000);
      assert.deepEqual(await dueIds(store), [byInstant, byDelay]);
    },
  },
  {
    about,
    name: 'says the earliest instant to come of the queues asked for, and of no others',
    async run({ store, clock, newId }) {
      const at = clock.now();
      const timer = (after: number, more = {}) => freeRun(newId(), { wakeAt: at + after, ...more });
      await store.createRuns([timer(40), timer(30, { queue: 'b' }), timer(20, { queue: 'c' })]);
      await store.createRuns([timer(10, { namespace: 'tenant-b' }), timer(-5), freeRun(newId())]);
      const nextOf = async (...names: string[]) =>
        (await store.findDue(dueRequest({ queues: names.map((name) => ({ name })) }))).nextDueAt;
      assert.deepEqual([await nextOf('default'), await nextOf('default', 'b')], [at + 40, at + 30]);
      assert.deepEqual([await nextOf('nobody'), await nextOf()], [null, null]);
    },
  },
  {
    about,
    name: 'looks only at the queues and the namespace asked for, at several queues alike',
    async run({ store, newId }) {
      const [one, other, urgent, foreign] = freshIds(newId);
      await store.createRuns([freeRun(one, { queue: 'a' }), freeRun(other, { queue: 'b' })]);
      await store.createRuns([freeRun(urgent, { queue: 'b', priority: 9 })]);
      await store.createRuns([freeRun(foreign, { queue: 'a', namespace: 'tenant-b' })]);
      const [a, b] = [{ name: 'a' }, { name: 'b' }];
      assert.deepEqual(await dueIds(store, { queues: [a] }), [one]);
      assert.deepEqual(await dueIds(store, { queues: [a, b, a] }), [urgent, one, other]);
      assert.deepEqual(await dueIds(store, { queues: [a, b], namespace: 'tenant-b' }), [foreign]);
      assert.deepEqual(await dueIds(store, { queues: [] }), []);
    },
  },
  {
    about,
    name: 'gives as many as asked for, counted over all queues; a limit that is none asks for none',
    async run({ store, newId }) {
      const all = Array.from({ length: 6 }, newId);
      await store.createRuns(all.map((id, index) => freeRun(id, { queue: index % 2 === 0 ? 'a' : 'b' })));
      const queues = [{ name: 'b' }, { name: 'a' }];
      const found = async (limit: number) => dueIds(store, { queues, limit });
      assert.deepEqual(await found(3), all.slice(0, 3));
      assert.deepEqual(await found(3.9), all.slice(0, 3));
      assert.deepEqual(await found(Number.POSITIVE_INFINITY), all);
      for (const nothing of [0, -1, Number.NaN]) assert.deepEqual(await found(nothing), []);
    },
  },
  {
    about,
    name: 'says of each run what it is an execution of, and passes over the workflows it is told to',
    async run({ store, newId }) {
      const [byHash, versioned, plain] = freshIds(newId);
      const body = json({});
      assert.ok(body !== null);
      const definition = { hash: 'f00d', name: 'data', version: 3, body };
      await store.createRuns([
        freeRun(byHash, { name: 'data', version: 3, definition }),
        freeRun(versioned, { name: 'code', version: 2 }),
        freeRun(plain, { name: 'code' }),
      ]);
      const { runs } = await store.findDue(dueRequest());
      assert.deepEqual(runs, [
        { runId: byHash, name: 'data', version: 3, definitionHash: 'f00d', workflowKey: 'f00d' },
        { runId: versioned, name: 'code', version: 2, definitionHash: null, workflowKey: 'code@2' },
        { runId: plain, name: 'code', version: null, definitionHash: null, workflowKey: 'code@' },
      ]);
      assert.deepEqual(await dueIds(store, { except: ['f00d', 'code@'] }), [versioned]);
      assert.deepEqual(await dueIds(store, { except: ['data@3', 'code'], limit: 1 }), [byHash]);
      assert.deepEqual(await dueIds(store, { except: ['f00d', 'code@2'], limit: 1 }), [plain]);
    },
  },
  {
    about,
    name: 'passes over a workflow however many of its runs come first, sleeping ones too',
    async run({ store, clock, newId }) {
      const [wanted, woken] = [newId(), newId()];
      const many = (more: object) => Array.from({ length: 250 }, () => freeRun(newId(), { name: 'other', ...more }));
      await store.createRuns(many({ priority: 1 }));
      await store.createRuns(many({ wakeAt: clock.now(), priority: 1 }));
      await store.createRuns([freeRun(wanted), freeRun(woken, { wakeAt: clock.now() })]);
      assert.deepEqual(await dueIds(store, { except: ['other@'], limit: 5 }), [wanted, woken]);
    },
  },
  {
    about,
    name: 'puts the highest priority first among many hundred timers that are over',
    async run({ store, clock, newId }) {
      const sleepers = Array.from({ length: 450 }, () => newId());
      const at = clock.now();
      await store.createRuns(sleepers.map((id, index) => freeRun(id, { wakeAt: at + index })));
      const [urgent, high] = [newId(), newId()];
      clock.advance(500);
      await store.createRuns([freeRun(urgent, { priority: 7, wakeAt: at + 500 }), freeRun(high, { priority: 3 })]);
      assert.deepEqual(await dueIds(store, { limit: 4 }), [urgent, high, sleepers[0], sleepers[1]]);
    },
  },
  {
    about,
    name: 'loses none of many hundred timers that each have a priority of their own',
    async run({ store, clock, newId }) {
      const sleepers = Array.from({ length: 300 }, () => newId());
      const at = clock.now();
      await store.createRuns(sleepers.map((id, index) => freeRun(id, { wakeAt: at + 1, priority: index })));
      clock.advance(1);
      const found = await dueIds(store, { limit: 250 });
      assert.equal(new Set(found).size, 250);
      assert.deepEqual(found.slice(0, 50), sleepers.slice(-50).reverse());
      assert.deepEqual([...(await dueIds(store))].sort(), sleepers);
    },
  },
  {
    about,
    name: 'writes nothing',
    async run({ store, newId }) {
      const [free, held] = freshIds(newId);
      await store.createRuns([freeRun(free), heldRun(held)]);
      const look = () => Promise.all([free, held].map((id) => dump(store, id)));
      const before = await look();
      await store.findDue(dueRequest());
      assert.deepEqual(await look(), before);
    },
  },
  {
    about,
    name: 'still finds the rest when some are taken meanwhile',
    async run({ store, newId }) {
      const all = Array.from({ length: 3 }, newId);
      await store.createRuns(all.map((id) => freeRun(id)));
      await claimed(store, all[1] ?? '');
      assert.deepEqual(await dueIds(store), [all[0], all[2]]);
    },
  },
];
