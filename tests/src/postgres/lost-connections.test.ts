import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import type { TestDatabase } from '../support/postgres-server.js';
import { countingPool } from './support/counting-pool.js';
import { dump, expectWhole } from './support/expect-whole.js';
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

describe('a connection that is cut', () => {
  test('in the middle of a commit surfaces as STORE_IO of unknown outcome, and nothing is half written', async () => {
    const slow = countingPool(database.url, (text) =>
      text.startsWith('WITH held AS')
        ? text.replace(
            /FROM written$/,
            'FROM written CROSS JOIN LATERAL (SELECT pg_sleep(60 + written.n) OFFSET 0) AS pause',
          )
        : text,
    );
    const slowly = await openStore({ client: drizzle({ client: slow.pool }) });
    open.push(
      () => slowly.close(),
      () => slow.pool.end(),
    );
    const leases = await heldLeases(store, 3);
    const before = await Promise.all(leases.map(({ runId }) => dump(store, runId)));
    const writes = Promise.allSettled(leases.map((lease) => slowly.record(lease, [completed('s0'), started('s1')])));
    // By then rows are written, and nothing is committed.
    await eventually('the statement is at its end', () =>
      inDatabase(`SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'`).then((rows) => rows.length > 0),
    );
    await cut('WITH held AS%');
    for (const outcome of await writes)
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'STORE_IO', details: { outcome: 'unknown' } },
      });
    expect(await Promise.all(leases.map(({ runId }) => dump(store, runId)))).toEqual(before);
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
