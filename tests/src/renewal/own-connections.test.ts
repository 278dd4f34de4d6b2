import { join } from 'node:path';
import { type Lease, openStore, type WorkflowStore } from '@sisyphus-state/store';
import Database from 'better-sqlite3';
import { drizzle as drizzleSqlite } from 'drizzle-orm/better-sqlite3';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { usePostgres } from '../postgres/support/use-postgres.js';
import { eventually } from '../support/eventually.js';
import { useTempFolder } from '../support/temp-folder.js';

vi.setConfig({ testTimeout: 120_000 });

const tempFolder = useTempFolder();
const postgres = usePostgres();
const leaseMs = 900;
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function held(store: WorkflowStore, id: string): Promise<Lease> {
  const [created] = await store.createRuns([{ id, name: 'x', input: null, lease: { worker: 'w', leaseMs } }]);
  return created?.lease ?? expect.fail('the run has a lease');
}

function renewalsOn(store: WorkflowStore) {
  const errors: Error[] = [];
  const started = store.startRenewals({ leaseMs, onRenewals: () => undefined, onError: (error) => errors.push(error) });
  return { renewals: started ?? expect.fail('no thread'), errors };
}

function renewed(store: WorkflowStore, id: string, more = 2) {
  let from: number | null = null;
  return eventually(`${id} is renewed`, async () => {
    const times = (await store.readRun(id))?.leaseRenewals ?? 0;
    from ??= times;
    return times >= from + more;
  });
}

describe("an application's own connection", () => {
  test('to a SQLite file: the thread opens the file as it is, in its own journal mode', async () => {
    const path = join(tempFolder(), 'app.db');
    const client = new Database(path);
    expect(client.pragma('journal_mode', { simple: true })).toBe('delete');
    const store = await openStore({ client: drizzleSqlite({ client }) });
    closing.push(
      () => client.close(),
      () => store.close(),
    );
    expect(store.capabilities.leaseRenewal).toBe('thread');
    renewalsOn(store).renewals.keep(await held(store, 'a'));
    await renewed(store, 'a');
    expect(client.pragma('journal_mode', { simple: true })).toBe('delete');
  });

  test('to a database in memory, or under a clock of a test: there is no thread, and the store says so', async () => {
    const client = new Database(':memory:');
    const stores = [
      await openStore({ client: drizzleSqlite({ client }) }),
      await openStore(':memory:'),
      await openStore(join(tempFolder(), 'state.db'), { clock: () => 0 }),
    ];
    closing.push(() => client.close(), ...stores.map((store) => () => store.close()));
    for (const store of stores) {
      expect(store.capabilities.leaseRenewal).toBe('process');
      expect(store.startRenewals({ leaseMs, onRenewals: () => undefined, onError: () => undefined })).toBeNull();
    }
  });

  test('to PostgreSQL, by its parts and in a schema of its own: the thread connects the same way', async () => {
    const { url } = await postgres.database();
    const { hostname: host, port, username: user, password, pathname } = new URL(url);
    const pool = new pg.Pool({ host, port: Number(port), user, password, database: pathname.slice(1), max: 4 });
    const store = await openStore({ client: drizzlePostgres({ client: pool }) }, { schema: 'tenant_b', migrate: true });
    closing.push(
      () => pool.end(),
      () => store.close(),
    );
    expect(store.capabilities.leaseRenewal).toBe('thread');
    renewalsOn(store).renewals.keep(await held(store, 'a'));
    await renewed(store, 'a');
  });

  test('to PostgreSQL, in a way that only the application knows: there is no thread', async () => {
    const { url } = await postgres.database();
    await (await openStore(url, { migrate: true })).close();
    const password = new URL(url).password;
    const address = { ...withoutPassword(url), max: 4 };
    const asked = new pg.Pool({ ...address, password: () => password });
    const setUp = new pg.Pool({ ...address, password });
    setUp.on('connect', () => undefined);
    for (const pool of [asked, setUp]) {
      const store = await openStore({ client: drizzlePostgres({ client: pool }) });
      closing.push(
        () => pool.end(),
        () => store.close(),
      );
      expect(store.capabilities.leaseRenewal).toBe('process');
    }
  });
});

describe('on PostgreSQL', () => {
  async function opened() {
    const database = await postgres.database();
    const store = await openStore(database.url, { migrate: true });
    closing.push(() => store.close());
    return { database, store };
  }

  test('a connection that is cut is made again', async () => {
    const { database, store } = await opened();
    renewalsOn(store).renewals.keep(await held(store, 'a'));
    await renewed(store, 'a');
    const cut = await postgres
      .server()
      .query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND query LIKE '%lease AS MATERIALIZED%'`,
        [database.name],
      );
    expect(cut.length).toBeGreaterThan(0);
    await renewed(store, 'a');
  });

  test('a run whose row is locked is renewed as soon as it is free, and holds up no other', async () => {
    const { database, store } = await opened();
    const { renewals } = renewalsOn(store);
    for (const id of ['locked', 'free']) renewals.keep(await held(store, id));
    await renewed(store, 'locked', 1);
    const client = new pg.Client(database.url);
    await client.connect();
    closing.push(() => client.end());
    await client.query('BEGIN');
    await client.query(`SELECT id FROM sisyphus.workflow_runs WHERE id = 'locked' FOR UPDATE`);
    const before = (await store.readRun('locked'))?.leaseRenewals;
    await renewed(store, 'free', 4);
    expect((await store.readRun('locked'))?.leaseRenewals).toBe(before);
    await client.query('ROLLBACK');
    await renewed(store, 'locked', 1);
  });

  test('a database that is gone is given up after a while, with an error that shows no password', async () => {
    const { database, store } = await opened();
    const { renewals, errors } = renewalsOn(store);
    renewals.keep(await held(store, 'a'));
    await renewed(store, 'a');
    await database.drop();
    const error = await eventually('the thread gives up', () => errors[0]);
    expect(error).toMatchObject({ code: 'LEASE_RENEWAL' });
    expect(JSON.stringify([error.message, error])).not.toContain(new URL(database.url).password);
    expect(errors).toHaveLength(1);
  });
});

function withoutPassword(url: string) {
  const { hostname: host, port, username: user, pathname } = new URL(url);
  return { host, port: Number(port), user, database: pathname.slice(1) };
}
