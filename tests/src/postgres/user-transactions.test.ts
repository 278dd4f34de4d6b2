import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import type { PostgresDatabase } from '@sisyphus-state/store/postgres';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { pgTable, text } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectWhole } from './support/expect-whole.js';
import { completed, freeRun, heldLeases, json, started } from './support/sample-runs.js';
import { usePostgres } from './support/use-postgres.js';

const orders = pgTable('orders', { id: text('id').primaryKey(), orderNote: text() });
const schema = { orders };

const postgres = usePostgres();
let pool: pg.Pool;
let db: NodePgDatabase<typeof schema> & { $client: pg.Pool };
let store: WorkflowStore<PostgresDatabase>;

beforeAll(async () => {
  pool = new pg.Pool({ connectionString: (await postgres.database()).url });
  await pool.query('CREATE TABLE orders (id text PRIMARY KEY, order_note text)');
  db = drizzle({ client: pool, schema, casing: 'snake_case' });
  store = await openStore({ client: db }, { migrate: true });
});
beforeEach(() => db.delete(orders));
afterAll(async () => {
  await store.close();
  await pool.end();
});

const orderIds = async () => (await db.select().from(orders)).map(({ id }) => id);

describe('createRuns in the application’s own transaction', () => {
  test('creates the run with the application’s commit, and nothing before it', async () => {
    const run = freeRun({ input: json('x'.repeat(9000)) });
    await db.transaction(async (tx) => {
      await tx.insert(orders).values({ id: 'o1' });
      const [created] = await store.createRuns([run], { tx });
      expect(created?.created).toBe(true);
      expect(await store.readRun(run.id)).toBeNull();
    });
    expect((await store.readRun(run.id))?.status).toBe('pending');
    await expectWhole(store, run.id);
  });

  test('creates nothing when the application rolls back', async () => {
    const run = freeRun({ idempotencyKey: 'rolled back' });
    const rolledBack = db.transaction(async (tx) => {
      await tx.insert(orders).values({ id: 'o2' });
      await store.createRuns([run], { tx });
      tx.rollback();
    });
    await expect(rolledBack).rejects.toThrow();
    expect([await store.readRun(run.id), await orderIds()]).toEqual([null, []]);
  });

  test('leaves the transaction usable when it fails: the application may go on', async () => {
    const [known] = await store.createRuns([freeRun({ idempotencyKey: 'taken' })]);
    const other = freeRun();
    await db.transaction(async (tx) => {
      await tx.insert(orders).values({ id: 'o3' });
      const conflicting = freeRun({ idempotencyKey: 'taken', name: 'another' });
      await expect(store.createRuns([other, conflicting], { tx })).rejects.toMatchObject({
        code: 'IDEMPOTENCY_CONFLICT',
        runId: known?.runId,
      });
      const [found] = await store.createRuns([freeRun({ idempotencyKey: 'taken' })], { tx });
      expect([found?.created, found?.runId]).toEqual([false, known?.runId]);
    });
    expect([await orderIds(), await store.readRun(other.id)]).toEqual([['o3'], null]);
  });

  test('refuses a database that is no transaction, whose writes would be commits of their own', async () => {
    await expect(store.createRuns([freeRun()], { tx: db })).rejects.toMatchObject({ code: 'STORE_CLOSED' });
  });
});

describe('recordWith', () => {
  test('hands over the application’s own kind of transaction: its schema, its casing, its nested transactions', async () => {
    const [lease] = await heldLeases(store, 1);
    if (lease === undefined) throw new Error('no lease');
    await store.recordWith(lease, async (tx) => {
      await tx.insert(orders).values({ id: 'o4', orderNote: 'kept' });
      const nested = tx.transaction(async (inner) => {
        await inner.insert(orders).values({ id: 'o5' });
        throw new Error('only this part');
      });
      await nested.catch(() => undefined);
      return [completed('s0'), started('s1')];
    });
    expect(await db.query.orders.findMany()).toEqual([{ id: 'o4', orderNote: 'kept' }]);
    await expectWhole(store, lease.runId);
  });

  test('commits nothing when the callback hid a failure of the database from itself', async () => {
    const [lease] = await heldLeases(store, 1);
    if (lease === undefined) throw new Error('no lease');
    const attempt = store.recordWith(lease, async (tx) => {
      await tx.insert(orders).values({ id: 'o6' });
      await tx
        .insert(orders)
        .values({ id: 'o6' })
        .catch(() => undefined);
      return [completed('s0')];
    });
    await expect(attempt).rejects.toThrow(/aborted/);
    expect([await orderIds(), (await store.readSteps(lease.runId))[0]?.status]).toEqual([[], 'running']);
  });

  test('lets many callbacks read through the store at once, although each has a connection of its own', async () => {
    const leases = await heldLeases(store, 30);
    await Promise.all(
      leases.map((lease) =>
        store.recordWith(lease, async () => {
          await store.readRun(lease.runId);
          await store.createRuns([freeRun()]);
          return [completed('s0')];
        }),
      ),
    );
    for (const { runId } of leases) expect((await store.readSteps(runId))[0]?.status).toBe('completed');
  });
});

test('a text that PostgreSQL cannot hold is refused with NOT_SERIALIZABLE, alone of its batch', async () => {
  const leases = await heldLeases(store, 3);
  const texts = ['fine', 'a\u0000b', 'half \ud800'];
  const outcomes = await Promise.allSettled(
    leases.map((lease, n) => store.record(lease, [{ type: 'workflow_cancelled', reason: texts[n] ?? '' }])),
  );
  expect(outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : 'kept'))).toEqual([
    'kept',
    'NOT_SERIALIZABLE',
    'NOT_SERIALIZABLE',
  ]);
  for (const { runId } of leases) await expectWhole(store, runId);
});
