import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { createPostgresStore } from '@sisyphus-state/store/postgres';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestDatabase } from '../support/postgres-server.js';
import { countingPool } from './support/counting-pool.js';
import { expectWhole } from './support/expect-whole.js';
import { completed, freeRun, heldLeases, started } from './support/sample-runs.js';
import { usePostgres } from './support/use-postgres.js';

const postgres = usePostgres();
let database: TestDatabase;
let store: WorkflowStore;
let client: pg.Client;

beforeAll(async () => {
  database = await postgres.database();
  store = await openStore(database.url, { migrate: true });
  client = new pg.Client(database.url);
  await client.connect();
});
afterAll(async () => {
  await store.close();
  await client.end();
});

async function serverTime(): Promise<number> {
  const { rows } = await client.query('SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::text AS now');
  return Number(rows[0].now);
}

test('without a clock of its own every instant is PostgreSQL’s, to within a second', async () => {
  const before = await serverTime();
  const [lease] = await heldLeases(store, 1);
  if (lease === undefined) throw new Error('no lease');
  const { at } = await store.record(lease, [completed('s0'), started('s1')]);
  await store.transact(lease.runId, () => ({
    changes: [{ type: 'cancel_requested', reason: null }],
    value: null,
  }));
  await store.logEvent(lease.runId, 'note', null);
  const after = await serverTime();
  const events = await store.readEvents(lease.runId);
  for (const instant of [at, ...events.map((event) => event.at)]) {
    expect(instant).toBeGreaterThanOrEqual(before - 1000);
    expect(instant).toBeLessThanOrEqual(after + 1000);
  }
  expect(events.map(({ type }) => type).slice(-2)).toEqual(['cancel_requested', 'note']);
});

test('runs whose statement is long on its way to the server are created all the same', async () => {
  // Always later than was thought when it was sent: for a large input on a slow line that is so.
  const late = (text: string) =>
    text.replace('FROM statement_timestamp()', "FROM statement_timestamp() + interval '1 hour'");
  const { pool } = countingPool(database.url, late);
  const slow = await openStore({ client: drizzle({ client: pool }) });
  const [created] = await slow.createRuns([freeRun({ lease: { worker: 'w', leaseMs: 60_000 } })]);
  expect(created).toMatchObject({ created: true, lease: { worker: 'w' } });
  expect(Math.abs((created?.at ?? 0) - (await serverTime()))).toBeLessThan(1000);
  await expectWhole(store, created?.runId ?? '');
  await slow.close();
  await pool.end();
});

test.each([
  ['an hour ahead', 3_600_000],
  ['an hour behind', -3_600_000],
  ['unknown', null],
])('a guess of the server’s clock that is %s is refused and corrected', async (_, error) => {
  const pool = new pg.Pool({ connectionString: database.url });
  const serverTimeNow = error === null ? {} : { serverTime: (await serverTime()) + error };
  const options = { location: 'test', ownsPool: true, schema: 'sisyphus', ...serverTimeNow };
  const guessing = createPostgresStore(drizzle({ client: pool }), pool, options);
  const [lease] = await heldLeases(store, 1);
  if (lease === undefined) throw new Error('no lease');
  const { at } = await guessing.record(lease, [completed('s0')]);
  expect(Math.abs(at - (await serverTime()))).toBeLessThan(1000);
  const [created] = await guessing.createRuns([freeRun()]);
  expect(Math.abs((created?.at ?? 0) - (await serverTime()))).toBeLessThan(1000);
  await expectWhole(store, lease.runId);
  await guessing.close();
});
