import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import type { TestDatabase } from '../support/postgres-server.js';
import { type CountingPool, countingPool } from './support/counting-pool.js';
import { completed, freeRun, heldLeases, started } from './support/sample-runs.js';
import { usePostgres } from './support/use-postgres.js';

const postgres = usePostgres();
let database: TestDatabase;
let counting: CountingPool;
let store: WorkflowStore;
let client: pg.Client;

beforeAll(async () => {
  database = await postgres.database();
  counting = countingPool(database.url);
  store = await openStore({ client: drizzle({ client: counting.pool }) }, { migrate: true });
  client = new pg.Client(database.url);
  await client.connect();
});
beforeEach(async () => {
  await client.query('DELETE FROM sisyphus.audit_events; DELETE FROM sisyphus.workflow_steps');
  await client.query('DELETE FROM sisyphus.run_mailbox; DELETE FROM sisyphus.workflow_runs');
  // The first guess of the server's clock is made here.
  await store.now();
  counting.take();
});
afterEach(() => client.query('ROLLBACK'));
afterAll(async () => {
  await store.close();
  await counting.pool.end();
  await client.end();
});

async function enqueue(count: number, more: object = {}): Promise<readonly string[]> {
  const created = await store.createRuns(Array.from({ length: count }, () => freeRun(more)));
  counting.take();
  return created.map(({ runId }) => runId);
}

const take = (limits: object = {}, limit = 10) =>
  store.claimDue({ queues: [{ name: 'default', ...limits }], limit, worker: 'w', leaseMs: 60_000 });

describe('taking due runs', () => {
  test('passes over runs that another transaction has in hand, however it is slow, and takes the next', async () => {
    const ids = await enqueue(60);
    await client.query('BEGIN');
    await client.query('SELECT id FROM sisyphus.workflow_runs WHERE id = ANY($1) FOR UPDATE', [ids.slice(0, 50)]);
    const taken = (await take({}, 10)).map(({ run }) => run.id);
    expect(taken.sort()).toEqual(ids.slice(50));
  });

  test('takes none of a queue with limits while another takes from it, and of other queues at once', async () => {
    const [limited] = await enqueue(1);
    const [free] = await enqueue(1, { queue: 'other' });
    await client.query('BEGIN');
    const place = JSON.stringify(['sisyphus', 'default']);
    await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${place}default`]);
    let isDone = false;
    const waiting = take({ concurrency: 1 }).finally(() => {
      isDone = true;
    });
    const others = await store.claimDue({ queues: [{ name: 'other' }], limit: 1, worker: 'w', leaseMs: 1000 });
    expect(others.map(({ run }) => run.id)).toEqual([free]);
    await eventually('the claim waits for the queue', async () => {
      const { rows } = await client.query(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`);
      return rows.length > 0;
    });
    expect(isDone).toBe(false);
    await client.query('COMMIT');
    expect((await waiting).map(({ run }) => run.id)).toEqual([limited]);
  });

  test('waits for nobody where no queue has a limit, and for each queue once where they have', async () => {
    const waits = (texts: readonly string[]) => texts.filter((text) => text.startsWith('SELECT pg_advisory'));
    await enqueue(2);
    await take();
    expect(waits(counting.take())).toEqual([]);
    await store.claimDue({
      queues: [{ name: 'b', perKey: 1 }, { name: 'a', concurrency: 1 }, { name: 'c' }],
      ...{ limit: 1, worker: 'w', leaseMs: 1000 },
    });
    expect(waits(counting.take())).toHaveLength(1);
  });

  test('takes fifty runs in as many round trips as one', async () => {
    await enqueue(51);
    expect(await take({}, 1)).toHaveLength(1);
    const one = counting.take();
    expect(await take({}, 50)).toHaveLength(50);
    expect(counting.take()).toEqual(one);
    expect(one.length).toBeLessThanOrEqual(8);
  });

  test('looks in one round trip, at any number of queues', async () => {
    await enqueue(3);
    await store.findDue({ queues: ['default', 'a', 'b', 'c'].map((name) => ({ name })), limit: 10 });
    expect(counting.take()).toEqual(['WITH clock AS']);
  });
});

describe('notices', () => {
  const heard: string[] = [];
  beforeAll(async () => {
    client.on('notification', ({ channel }) => void heard.push(channel));
    await client.query('LISTEN sisyphus_sisyphus');
  });

  /** Whether a commit was told of: notices come with the next answer at the latest. */
  async function isTold(work: () => Promise<unknown>): Promise<boolean> {
    await client.query('SELECT 1');
    heard.length = 0;
    await work();
    await client.query('SELECT 1');
    return heard.length > 0;
  }

  const held = async () => {
    const [lease] = await heldLeases(store, 1);
    if (lease === undefined) throw new Error('no lease');
    return lease;
  };

  test('tell of a run that is put into a queue, at once or for later', async () => {
    expect(await isTold(() => store.createRuns([freeRun()]))).toBe(true);
    expect(await isTold(() => store.createRuns([freeRun({ wakeAt: Date.now() + 60_000 })]))).toBe(true);
  });

  test('tell of a run that was parked or given back, also together with others that were not', async () => {
    for (const type of ['workflow_suspended', 'run_released'] as const) {
      const [leaving, staying] = [await held(), await held()];
      const change = type === 'run_released' ? { type } : { type, wakeAt: null, delayMs: 5000, reason: 'timer' };
      const both = () =>
        Promise.all([store.record(leaving, [completed('s0'), change]), store.record(staying, [completed('s0')])]);
      expect(await isTold(both)).toBe(true);
    }
    const lease = await held();
    const suspended = { type: 'workflow_suspended', wakeAt: 5, delayMs: null, reason: 'timer' } as const;
    expect(await isTold(() => store.recordWith(lease, () => [suspended]))).toBe(true);
  });

  test('tell of nothing where there is nothing to wait for: a step, a run that is created held, a claim', async () => {
    await enqueue(1);
    const lease = await held();
    expect(await isTold(() => store.record(lease, [completed('s0'), started('s1')]))).toBe(false);
    expect(await isTold(held)).toBe(false);
    expect(await isTold(() => take())).toBe(false);
  });

  test('tell of a run that an application’s transaction put into a queue, when that commits, and not when it rolls back', async () => {
    const db = drizzle({ client: counting.pool });
    const put = (isKept: boolean) =>
      db.transaction(async (tx) => {
        await store.createRuns([freeRun()], { tx });
        await client.query('SELECT 1');
        expect(heard).toEqual([]);
        if (!isKept) tx.rollback();
      });
    expect(await isTold(() => put(false).catch(() => undefined))).toBe(false);
    expect(await isTold(() => put(true))).toBe(true);
  });
});
