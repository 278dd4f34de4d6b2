import assert from 'node:assert/strict';
import type { ConformanceCase } from '../conformance-case.js';
import { claim, claimed, dump, eventTypes, readRun } from '../expectations.js';
import { heldRun, leaseMs, leaseOf, runCompleted, runReleased } from '../sample-changes.js';

const about = 'renewLeases';

/** What every store must do: renewing leases. */
export const renewLeasesCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'moves the end of the lease, and neither event nor revision',
    async run({ store, clock, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      clock.advance(leaseMs - 1);
      const [before, types] = [await readRun(store, id), await eventTypes(store, id)];
      assert.deepEqual(await store.renewLeases([lease], 5000), [{ runId: id, held: true, revision: 1 }]);
      const { leaseExpiresAt, leaseMs: length, leaseRenewals, ...rest } = await readRun(store, id);
      const { leaseExpiresAt: _, leaseMs: __, leaseRenewals: renewals, ...restBefore } = before;
      assert.deepEqual([leaseExpiresAt, length, leaseRenewals], [clock.now() + 5000, 5000, renewals + 1]);
      assert.deepEqual(rest, restBefore);
      assert.deepEqual(await eventTypes(store, id), types);
    },
  },
  {
    about,
    name: 'keeps others from a run whose lease would have ended',
    async run({ store, clock, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      clock.advance(leaseMs - 1);
      await store.renewLeases([lease], leaseMs);
      clock.advance(leaseMs - 1);
      assert.equal((await claim(store, id)).kind, 'held');
      clock.advance(1);
      assert.equal((await claim(store, id)).kind, 'claimed');
    },
  },
  {
    about,
    name: 'reports lost leases one by one, in order, and renews the others',
    async run({ store, newId }) {
      const ids = [newId(), newId(), newId(), newId()] as const;
      const created = await store.createRuns(ids.map((id) => heldRun(id)));
      const [ended, kept, taken, givenBack] = created.map(leaseOf);
      assert.ok(ended && kept && taken && givenBack);
      await store.record(ended, [runCompleted()]);
      await claimed(store, taken.runId, { takeover: true });
      await store.record(givenBack, [runReleased]);
      const others = await Promise.all([ended, taken, givenBack].map(({ runId }) => dump(store, runId)));
      const gone = { ...kept, runId: 'nowhere' };
      assert.deepEqual(await store.renewLeases([ended, kept, taken, givenBack, gone], leaseMs), [
        { runId: ended.runId, held: false, revision: 2 },
        { runId: kept.runId, held: true, revision: 1 },
        { runId: taken.runId, held: false, revision: 2 },
        { runId: givenBack.runId, held: false, revision: 2 },
        { runId: 'nowhere', held: false, revision: 0 },
      ]);
      assert.deepEqual(await Promise.all([ended, taken, givenBack].map(({ runId }) => dump(store, runId))), others);
    },
  },
  {
    about,
    name: 'tells the holder by the revision that an outsider wrote',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      await store.transact(id, () => ({ changes: [{ type: 'cancel_requested', reason: null }], value: null }));
      assert.deepEqual(await store.renewLeases([lease], leaseMs), [{ runId: id, held: true, revision: 2 }]);
    },
  },
  {
    about,
    name: 'renews a lease that has ended when nobody took the run',
    async run({ store, clock, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      clock.advance(leaseMs * 2);
      const [renewal] = await store.renewLeases([lease], leaseMs);
      assert.equal(renewal?.held, true);
      assert.equal((await claim(store, id)).kind, 'held');
    },
  },
  {
    about,
    name: 'has nothing to say to an empty list',
    async run({ store }) {
      assert.deepEqual(await store.renewLeases([], leaseMs), []);
    },
  },
];
