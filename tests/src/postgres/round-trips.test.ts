import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { drizzle } from 'drizzle-orm/node-postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CountingPool, countingPool } from './support/counting-pool.js';
import { expectWhole } from './support/expect-whole.js';
import { completed, freeRun, heldLeases, runCompleted, started } from './support/sample-runs.js';
import { usePostgres } from './support/use-postgres.js';

const postgres = usePostgres();
let counting: CountingPool;
let store: WorkflowStore;

beforeAll(async () => {
  counting = countingPool((await postgres.database()).url);
  store = await openStore({ client: drizzle({ client: counting.pool }) }, { migrate: true });
  // The first guess of the server's clock is made now.
  await store.createRuns([freeRun()]);
});

beforeEach(() => void counting.take());

afterAll(async () => {
  await store.close();
  await counting.pool.end();
});

describe('the hot path', () => {
  test('records a step boundary in one round trip', async () => {
    const [lease] = await heldLeases(store, 1);
    if (lease === undefined) throw new Error('no lease');
    counting.take();
    for (let n = 0; n < 10; n++) await store.record(lease, [completed(`s${n}`, n), started(`s${n + 1}`)]);
    expect(counting.take()).toEqual(Array(10).fill('WITH entry AS'));
    await expectWhole(store, lease.runId);
  });

  test('records the end of a run, and values over 8 KiB, in one round trip too', async () => {
    const [lease] = await heldLeases(store, 1);
    if (lease === undefined) throw new Error('no lease');
    counting.take();
    await store.record(lease, [completed('s0', 'x'.repeat(20_000)), runCompleted]);
    expect(counting.take()).toEqual(['WITH entry AS']);
    await expectWhole(store, lease.runId);
  });

  test('records fifty runs that ask in one turn in one round trip', async () => {
    const leases = await heldLeases(store, 50);
    counting.take();
    const recorded = await Promise.all(leases.map((lease) => store.record(lease, [completed('s0'), started('s1')])));
    expect(counting.take()).toEqual(['WITH entry AS']);
    expect(recorded.map(({ revision }) => revision)).toEqual(Array(50).fill(2));
  });

  test('records two commits of one run in two, because one statement can write a row only once', async () => {
    const [lease] = await heldLeases(store, 1);
    if (lease === undefined) throw new Error('no lease');
    counting.take();
    await Promise.all([store.record(lease, [completed('s0')]), store.record(lease, [started('s1')])]);
    expect(counting.take()).toEqual(['WITH entry AS', 'WITH entry AS']);
  });

  test('commits the neighbours of a refused entry in that one round trip, and explains the refusal by itself', async () => {
    const leases = await heldLeases(store, 3);
    counting.take();
    const outcomes = await Promise.allSettled(
      leases.map((lease, n) => store.record(n === 1 ? { ...lease, fence: 9 } : lease, [completed('s0')])),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const [batch, ...alone] = counting.take();
    expect(batch).toBe('WITH entry AS');
    expect(alone).toEqual(['BEGIN ISOLATION LEVEL', 'WITH locked AS', 'ROLLBACK']);
  });
});

describe('other verbs that take one round trip', () => {
  test('createRuns, with all that the first commits hold', async () => {
    await heldLeases(store, 20);
    expect(counting.take()).toEqual(['WITH clock AS']);
  });

  test('logEvent', async () => {
    const [lease] = await heldLeases(store, 1);
    counting.take();
    await store.logEvent(lease?.runId ?? '', 'note', { said: 'x'.repeat(20_000) });
    expect(counting.take()).toEqual(['WITH run AS']);
  });

  test('renewLeases, for any number of leases', async () => {
    const leases = await heldLeases(store, 100);
    counting.take();
    await store.renewLeases(leases, 60_000);
    expect(counting.take()).toEqual(['WITH lease AS']);
  });
});
