import assert from 'node:assert/strict';
import type { ConformanceCase } from '../conformance-case.js';
import { claimed, readRun } from '../expectations.js';
import {
  completed,
  heldRun,
  leaseMs,
  leaseOf,
  retried,
  runCompleted,
  runReleased,
  started,
} from '../sample-changes.js';

const about = 'instants';

/** What every store must do: instants and the store's clock. */
export const instantsCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'all come from the given clock',
    async run({ store, clock, newId }) {
      const id = newId();
      const t0 = clock.now();
      const lease = leaseOf((await store.createRuns([heldRun(id, { changes: [started('a')] })]))[0]);
      const t1 = clock.advance(10);
      await store.record(lease, [completed('a')]);
      const t2 = clock.advance(10);
      await store.record(lease, [runCompleted()]);
      const t3 = clock.advance(10);
      await store.logEvent(id, 'note', null);
      const run = await readRun(store, id);
      assert.deepEqual([run.createdAt, run.startedAt, run.finishedAt, run.updatedAt], [t0, t0, t2, t3]);
      const [step] = await store.readSteps(id);
      assert.deepEqual([step?.startedAt, step?.finishedAt, step?.updatedAt], [t0, t1, t1]);
      const events = await store.readEvents(id);
      assert.deepEqual(
        events.map((event) => event.at),
        [t0, t0, t0, t1, t2, t3],
      );
    },
  },
  {
    about,
    name: 'keep the first start of a step over its retries',
    async run({ store, clock, newId }) {
      const id = newId();
      const t0 = clock.now();
      const lease = leaseOf((await store.createRuns([heldRun(id, { changes: [started('a')] })]))[0]);
      clock.advance(10);
      await store.record(lease, [retried('a', 1), started('a', 2)]);
      assert.equal((await store.readSteps(id))[0]?.startedAt, t0);
    },
  },
  {
    about,
    name: 'are kept beyond the reach of 32 bits, and a clock that is set back harms nothing',
    async run({ store, clock, newId }) {
      const id = newId();
      clock.set(2 ** 45);
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      assert.equal((await readRun(store, id)).leaseExpiresAt, 2 ** 45 + leaseMs);
      clock.set(1);
      await store.record(lease, [started('a'), runReleased]);
      const { lease: next } = await claimed(store, id);
      assert.equal(next.expiresAt, 1 + leaseMs);
      await store.record(next, [completed('a'), runCompleted()]);
      assert.equal((await readRun(store, id)).finishedAt, 1);
    },
  },
  {
    about,
    name: 'are whole milliseconds even where a lease or a delay is given in fractions of one',
    async run({ store, clock, newId }) {
      const id = newId();
      const lease = { worker: 'w1', leaseMs: 1000.9 };
      const [created] = await store.createRuns([heldRun(id, { lease })]);
      const held = leaseOf(created);
      assert.equal((await readRun(store, id)).leaseExpiresAt, clock.now() + 1000);
      await store.renewLeases([held], 2000.9);
      assert.equal((await readRun(store, id)).leaseExpiresAt, clock.now() + 2000);
      await store.record(held, [started('a'), retried('a', 10.5)]);
      assert.equal(Number.isSafeInteger((await store.readSteps(id))[0]?.wakeAt), true);
      const claim = await claimed(store, id, { takeover: true, leaseMs: 10.5 });
      assert.equal(claim.lease.expiresAt, clock.now() + 10);
    },
  },
];
