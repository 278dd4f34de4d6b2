import { type Lease, openStore, type WorkflowStore } from '@sisyphus-state/store';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import type { TestDatabase } from '../support/postgres-server.js';
import { countingPool } from './support/counting-pool.js';
import { expectWhole } from './support/expect-whole.js';
import { openGatedStore } from './support/gated-store.js';
import { completed, heldLeases, started } from './support/sample-runs.js';
import { usePostgres } from './support/use-postgres.js';

const postgres = usePostgres();
let database: TestDatabase;
let store: WorkflowStore;
const open: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  database = await postgres.database();
  store = await openStore(database.url, { migrate: true });
  await inDatabase('CREATE TABLE notes (note text NOT NULL)');
});
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});
afterAll(() => store.close());

/** Runs SQL in the database on a connection of its own. */
async function inDatabase(text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client(database.url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Cuts the connections whose current or last statement is like this, and waits until their processes are gone. */
async function cut(statement: string): Promise<void> {
  await inDatabase(
    `SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '${statement}'`,
  );
}

/** How many steps a run is walked through. */
const boundaries = 60;

describe('a connection that the server ends', () => {
  test('in the middle of a commit, and says so, is noticed by nobody: the commit is made on another', async () => {
    const gated = await openGatedStore(database.url);
    open.push(gated.close);
    const leases = await heldLeases(store, 3);
    const writes = leases.map((lease) => gated.store.record(lease, [completed('s0'), started('s1')]));
    const outcomes = Promise.allSettled(writes);
    await gated.atTheGate();
    await cut('WITH entry AS%');
    await gated.openGate();
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ status: 'fulfilled', value: { revision: 2 } });
    for (const { runId } of leases) {
      await expectWhole(store, runId);
      expect((await store.readEvents(runId)).filter(({ type }) => type === 'step_completed')).toHaveLength(1);
    }
  });

  test('while it is idle is noticed by nobody', async () => {
    const [lease] = await heldLeases(store, 1);
    if (lease === undefined) throw new Error('no lease');
    await cut('%');
    await store.record(lease, [completed('s0'), started('s1')]);
    await expectWhole(store, lease.runId);
  });

  test('before a transaction was committed makes it run again: the user’s write is there once', async () => {
    const [lease] = await heldLeases(store, 1);
    if (lease === undefined) throw new Error('no lease');
    const onPostgres = await openStore(database.url);
    open.push(() => onPostgres.close());
    let calls = 0;
    await onPostgres.recordWith(lease, async (tx) => {
      calls += 1;
      await tx.execute(sql`INSERT INTO notes VALUES ('booked')`);
      if (calls === 1) await cut('INSERT INTO notes%');
      return [completed('s0')];
    });
    expect(calls).toBe(2);
    expect(await inDatabase('SELECT note FROM notes')).toEqual([{ note: 'booked' }]);
    await expectWhole(store, lease.runId);
  });
});

test('sessions that are ended again and again cost no commit, and none is made twice', async () => {
  const leases = await heldLeases(store, 9);
  const killer = new pg.Client(database.url);
  await killer.connect();
  open.push(() => killer.end());
  let commits = 0;
  let ended = 0;
  await Promise.all(leases.map((lease, index) => walk(lease, index % 3 === 0 ? 'recordWith' : 'record')));
  expect(ended).toBeGreaterThan(10);
  for (const { runId } of leases) {
    await expectWhole(store, runId);
    const events = await store.readEvents(runId);
    expect(new Set(events.map(({ type, stepKey }) => `${type} ${stepKey}`)).size).toBe(events.length);
    expect(events).toHaveLength(3 + 2 * boundaries);
  }

  async function walk(lease: Lease, how: 'record' | 'recordWith'): Promise<void> {
    for (let n = 0; n < boundaries; n += 1) {
      const changes = [completed(`s${n}`, n), started(`s${n + 1}`)];
      await (how === 'record' ? store.record(lease, changes) : store.recordWith(lease, () => changes));
      commits += 1;
      // In the middle of whatever the others do; and not before new sessions got something done, however slow they are.
      if (commits % 15 === 0) await endOne();
    }
  }

  async function endOne(): Promise<void> {
    const { rowCount } = await killer.query(
      `SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'sisyphus' ORDER BY random() LIMIT 1) AS one`,
    );
    ended += rowCount ?? 0;
  }
}, 120_000);

test('a transaction that can not begin gives its connection back', async () => {
  let isOpen = false;
  const { pool } = countingPool(database.url, (text) => (isOpen ? text.replace(/^begin.*/, 'begin in vain') : text));
  const failing = await openStore({ client: drizzle({ client: pool }) });
  open.push(
    () => failing.close(),
    () => pool.end(),
  );
  const [lease] = await heldLeases(store, 1);
  if (lease === undefined) throw new Error('no lease');
  isOpen = true;
  // More often than the pool has connections.
  for (let n = 0; n < 12; n += 1)
    await expect(failing.recordWith(lease, () => [completed('s0')])).rejects.toThrow(/begin/);
  expect(await failing.readRun(lease.runId)).toMatchObject({ revision: 1 });
});

describe('the watch', () => {
  test('goes on without its connection and gets a new one', async () => {
    let calls = 0;
    const stop = store.watch(() => {
      calls += 1;
    });
    open.push(async () => stop());
    const listening = () => inDatabase(`SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%'`);
    const [first] = await eventually('it listens', async () => ((await listening()).length > 0 ? listening() : null));
    await cut('LISTEN%');
    await eventually('it listens again', async () => (await listening()).some(({ pid }) => pid !== first?.pid));
    const [lease] = await heldLeases(store, 1);
    const seen = calls;
    await store.transact(lease?.runId ?? '', () => ({
      changes: [{ type: 'cancel_requested', reason: null }],
      value: null,
    }));
    await eventually('it is told', () => calls > seen);
  });

  test('leaves no connection behind when nobody watches any more', async () => {
    const stop = store.watch(() => undefined);
    const listening = () => inDatabase(`SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%'`);
    await eventually('it listens', async () => (await listening()).length > 0);
    stop();
    await eventually('it stopped', async () => (await listening()).length === 0);
  });
});

test('a server that is restarted is waited for: what was asked for meanwhile is done when it is back', async () => {
  const { restart } = postgres.server();
  // A server that is not ours is not ours to restart.
  if (restart === null) return;
  const leases = await heldLeases(store, 20);
  const restarting = restart();
  const outcomes = await Promise.allSettled(leases.map((lease) => store.record(lease, [completed('s0')])));
  await restarting;
  for (const [index, { runId }] of leases.entries()) {
    const outcome = outcomes[index];
    await expectWhole(store, runId);
    const [step] = await store.readSteps(runId);
    if (outcome?.status === 'fulfilled') expect(step?.status).toBe('completed');
    else expect(outcome?.reason).toMatchObject({ code: 'STORE_IO' });
  }
  const [lease] = await heldLeases(store, 1);
  if (lease !== undefined) await store.record(lease, [completed('s0')]);
}, 60_000);
