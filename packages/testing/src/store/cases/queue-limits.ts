import assert from 'node:assert/strict';
import type { QueueRequest, WorkflowStore } from '@sisyphus-state/store';
import type { ConformanceCase } from '../conformance-case.js';
import { claim, claimDue, claimed, claimedIds, freshIds } from '../expectations.js';
import { freeRun, heldRun, leaseMs, leaseOf, runCompleted, runReleased, suspended } from '../sample-changes.js';

const about = 'claimDue, with limits';

/** More than any store looks at before it goes key by key. */
const many = 450;

/** What every store must do: keeping the limits of queues and keys. */
export const queueLimitsCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'never holds more runs of a queue than its limit, and fills each place that comes free',
    async run({ store, newId }) {
      const all = Array.from({ length: 8 }, newId);
      await store.createRuns(all.map((id) => freeRun(id)));
      const [one, two, three, ...others] = await take(store, { concurrency: 3 });
      assert.ok(one && two && three);
      assert.deepEqual(others, []);
      assert.deepEqual(await take(store, { concurrency: 3 }), []);
      await store.record(one.lease, [runCompleted()]);
      await store.record(two.lease, [suspended({ delayMs: 1000 })]);
      assert.deepEqual(claimedIds(await take(store, { concurrency: 3 })), all.slice(3, 5));
      await store.record(three.lease, [runReleased]);
      assert.deepEqual(claimedIds(await take(store, { concurrency: 3 })), [three.run.id]);
    },
  },
  {
    about,
    name: 'counts runs that were created held or resumed, and does not limit those',
    async run({ store, newId }) {
      const [byExecute, parked, free] = freshIds(newId);
      const created = await store.createRuns([heldRun(byExecute), heldRun(parked), freeRun(free)]);
      await store.record(leaseOf(created[1]), [suspended()]);
      assert.deepEqual(await take(store, { concurrency: 1 }), []);
      await claimed(store, parked, { mode: 'resume' });
      await store.createRuns([heldRun(newId())]);
      assert.deepEqual(await take(store, { concurrency: 3 }), []);
      assert.deepEqual(claimedIds(await take(store, { concurrency: 4 })), [free]);
    },
  },
  {
    about,
    name: 'limits runs whose timer is over like new ones',
    async run({ store, clock, newId }) {
      const sleepers = Array.from({ length: 4 }, newId);
      await store.createRuns(sleepers.map((id) => freeRun(id, { wakeAt: clock.now() + 1, concurrencyKey: 'k' })));
      await store.createRuns([freeRun(newId(), { concurrencyKey: 'k', priority: -1 })]);
      clock.advance(1);
      assert.deepEqual(claimedIds(await take(store, { concurrency: 2 })), sleepers.slice(0, 2));
      assert.deepEqual(await take(store, { perKey: 2 }), []);
      assert.deepEqual(claimedIds(await take(store, { perKey: 3 })), [sleepers[2]]);
    },
  },
  {
    about,
    name: 'counts a run whose holder died until somebody takes it over',
    async run({ store, clock, newId }) {
      const [held, free] = freshIds(newId);
      await store.createRuns([heldRun(held), freeRun(free)]);
      clock.advance(leaseMs + 1);
      assert.deepEqual(await take(store, { concurrency: 1 }), []);
      const { lease } = await claimed(store, held);
      await store.record(lease, [runCompleted()]);
      assert.deepEqual(claimedIds(await take(store, { concurrency: 1 })), [free]);
    },
  },
  {
    about,
    name: 'keeps the limit of each key, and passes over runs of a key that is full',
    async run({ store, newId }) {
      const [a1, a2, a3, b1, none1, none2] = freshIds(newId);
      const keyed = (id: string, concurrencyKey: string) => freeRun(id, { concurrencyKey });
      await store.createRuns([keyed(a1, 'a'), keyed(a2, 'a'), keyed(a3, 'a'), keyed(b1, 'b')]);
      await store.createRuns([freeRun(none1), freeRun(none2)]);
      const claims = await take(store, { perKey: 2 }, 4);
      assert.deepEqual(claimedIds(claims), [a1, a2, b1, none1]);
      assert.deepEqual(claimedIds(await take(store, { perKey: 2 })), [none2]);
      assert.ok(claims[0]);
      await store.record(claims[0].lease, [runCompleted()]);
      assert.deepEqual(claimedIds(await take(store, { perKey: 2 })), [a3]);
    },
  },
  {
    about,
    name: 'knows the empty text for a key like any other',
    async run({ store, newId }) {
      const all = Array.from({ length: 3 }, newId);
      await store.createRuns(all.map((id) => freeRun(id, { concurrencyKey: '' })));
      assert.deepEqual(claimedIds(await take(store, { perKey: 2 })), all.slice(0, 2));
    },
  },
  {
    about,
    name: 'finds runs of other keys, and of none, behind many hundred of keys that are full',
    async run({ store, clock, newId }) {
      const filler = (more: object) => Array.from({ length: many }, () => freeRun(newId(), { priority: 1, ...more }));
      await store.createRuns([
        ...filler({ concurrencyKey: 'a' }),
        ...filler({ concurrencyKey: 'b', wakeAt: clock.now() }),
      ]);
      const [next, empty, woken, plain, plainWoken] = freshIds(newId);
      await store.createRuns([freeRun(next, { concurrencyKey: 'c' }), freeRun(empty, { concurrencyKey: '' })]);
      await store.createRuns([freeRun(woken, { concurrencyKey: 'd', wakeAt: clock.now() })]);
      await store.createRuns([freeRun(plain), freeRun(plainWoken, { wakeAt: clock.now() })]);
      const first = await take(store, { perKey: 1 }, 10);
      assert.deepEqual(
        first.map(({ run }) => run.concurrencyKey),
        ['a', 'b', 'c', '', 'd', null, null],
      );
      assert.deepEqual(await take(store, { perKey: 1 }, 10), []);
      assert.equal((await take(store, { perKey: 2 }, 10)).length, 2);
    },
  },
  {
    about,
    name: 'keeps both limits of a queue, each queue by itself, each namespace by itself',
    async run({ store, newId }) {
      const runs = (queue: string, concurrencyKey: string, more = {}) =>
        Array.from({ length: 3 }, () => freeRun(newId(), { queue, concurrencyKey, ...more }));
      await store.createRuns([...runs('q', 'a'), ...runs('q', 'b'), ...runs('r', 'a'), ...runs('r', 'b')]);
      await store.createRuns(runs('q', 'a', { namespace: 'tenant-b' }));
      const queues = [{ name: 'q', concurrency: 3, perKey: 2 }, { name: 'r', perKey: 1 }, { name: 's' }];
      const claims = await claimDue(store, { queues });
      const places = claims.map(({ run }) => `${run.queue}/${run.concurrencyKey}`);
      assert.deepEqual(places, ['q/a', 'q/a', 'q/b', 'r/a', 'r/b']);
      assert.deepEqual(await claimDue(store, { queues }), []);
      assert.equal((await claimDue(store, { queues, namespace: 'tenant-b' })).length, 2);
    },
  },
  {
    about,
    name: 'takes the smaller of two limits that are named for one queue, and none at a limit of none',
    async run({ store, newId }) {
      await store.createRuns(Array.from({ length: 5 }, () => freeRun(newId(), { concurrencyKey: 'k' })));
      const twice = [
        { name: 'default', concurrency: 4, perKey: 2 },
        { name: 'default', concurrency: 3 },
      ];
      assert.equal((await claimDue(store, { queues: twice })).length, 2);
      for (const limits of [{ concurrency: 0 }, { perKey: 0 }, { concurrency: -1 }])
        assert.deepEqual(await take(store, limits), []);
      assert.equal((await take(store, { concurrency: null, perKey: null })).length, 3);
    },
  },
  {
    about,
    name: 'keeps a queue’s limit when several processes race for its last places',
    needs: ({ multiProcess }) => multiProcess,
    async run({ store, openSecond, newId }) {
      await store.createRuns(Array.from({ length: 30 }, () => freeRun(newId())));
      await assertNeverOver(store, openSecond, { concurrency: 3 }, 3);
    },
  },
  {
    about,
    name: 'keeps a key’s limit when several processes race for its last places',
    needs: ({ multiProcess }) => multiProcess,
    async run({ store, openSecond, newId }) {
      await store.createRuns(Array.from({ length: 30 }, (_, n) => freeRun(newId(), { concurrencyKey: `k${n % 2}` })));
      await assertNeverOver(store, openSecond, { perKey: 2 }, 4);
    },
  },
  {
    about,
    name: 'does not let a full queue hold up another',
    async run({ store, newId }) {
      const [held, stuck, free] = freshIds(newId);
      await store.createRuns([heldRun(held, { queue: 'q' }), freeRun(stuck, { queue: 'q', priority: 9 })]);
      await store.createRuns([freeRun(free)]);
      const queues = [{ name: 'q', concurrency: 1 }, { name: 'default' }];
      assert.deepEqual(claimedIds(await claimDue(store, { queues, limit: 1 })), [free]);
      assert.equal((await claim(store, stuck)).kind, 'claimed');
    },
  },
];

function take(store: WorkflowStore, limits: Omit<QueueRequest, 'name'>, limit = 1000) {
  return claimDue(store, { queues: [{ name: 'default', ...limits }], limit });
}

/** Four processes take and end runs at once, again and again: what is held is the limit, never more. */
async function assertNeverOver(
  store: WorkflowStore,
  openSecond: (name: string) => Promise<WorkflowStore>,
  limits: Omit<QueueRequest, 'name'>,
  most: number,
): Promise<void> {
  const workers = await Promise.all(['p1', 'p2', 'p3', 'p4'].map((name) => openSecond(name)));
  for (let round = 0; round < 4; round++) {
    const claims = (await Promise.all(workers.map((worker) => take(worker, limits)))).flat();
    assert.equal(claims.length, most);
    assert.equal((await store.listRuns({ status: 'running' })).length, most);
    await Promise.all(claims.map(({ lease }) => store.record(lease, [runCompleted()])));
  }
}
