import { migrate, migrationStatus } from '@sisyphus-state/schema/sqlite';
import Database from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { integer, sqliteTable } from 'drizzle-orm/sqlite-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../open-store.js';
import { leaseOf, newRun, started } from '../test-support/sample-changes.js';
import { temporaryFolder } from '../test-support/temporary-folder.js';
import { waitFor } from '../test-support/wait-for.js';

const orders = sqliteTable('orders', { id: integer('id').primaryKey() });

let folder: ReturnType<typeof temporaryFolder>;
let client: Database.Database;

beforeEach(() => {
  folder = temporaryFolder();
  client = new Database(folder.path('app.db'));
  client.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY)');
});

afterEach(() => {
  client.close();
  folder.remove();
});

const application = () => drizzle({ client, schema: { orders } });
const pragma = (name: string): unknown => client.pragma(name, { simple: true });

describe('a store on the application’s own database', () => {
  it('leaves its pragmas alone, but for the foreign keys that its tables rely on', async () => {
    client.pragma('busy_timeout = 1234');
    client.pragma('synchronous = NORMAL');
    client.pragma('foreign_keys = OFF');
    const store = await openStore({ client: application() });
    await store.createRuns([newRun()]);
    expect([pragma('busy_timeout'), pragma('synchronous'), pragma('journal_mode'), pragma('foreign_keys')]).toEqual([
      1234,
      1,
      'delete',
      1,
    ]);
  });

  it('is not closed with the store, which refuses to go on all the same', async () => {
    const store = await openStore({ client: application() });
    await store.close();
    expect(client.open).toBe(true);
    await expect(store.listRuns()).rejects.toMatchObject({ code: 'STORE_CLOSED' });
  });

  it('creates runs in the application’s transaction: kept with it, gone with it', async () => {
    const db = application();
    const store = await openStore({ client: db });
    const [kept, gone] = [newRun(), newRun()];
    const creating: Promise<unknown>[] = [];
    db.transaction((tx) => {
      tx.insert(orders).values({ id: 1 }).run();
      creating.push(store.createRuns([kept], { tx }));
    });
    const undone = () =>
      db.transaction((tx) => {
        creating.push(store.createRuns([gone], { tx }));
        tx.rollback();
      });
    expect(undone).toThrow();
    await Promise.all(creating);
    expect([(await store.readRun(kept.id))?.status, await store.readRun(gone.id)]).toEqual(['running', null]);
  });

  it('throws at once what is refused inside the application’s transaction, so that it rolls back', async () => {
    const db = application();
    const store = await openStore({ client: db });
    const [first, clash] = [newRun({ idempotencyKey: 'k' }), newRun({ idempotencyKey: 'k', name: 'another' })];
    const enqueue = () =>
      db.transaction((tx) => {
        tx.insert(orders).values({ id: 1 }).run();
        void store.createRuns([first, clash], { tx });
      });
    expect(enqueue).toThrow(expect.objectContaining({ code: 'IDEMPOTENCY_CONFLICT' }));
    expect(await store.readRun(first.id)).toBeNull();
    expect(db.select().from(orders).all()).toEqual([]);
  });

  it('undoes its own part alone when the application catches the refusal, and goes on', async () => {
    const db = application();
    const store = await openStore({ client: db });
    const [first, kept] = [newRun(), newRun()];
    const creating: Promise<unknown>[] = [];
    db.transaction((tx) => {
      tx.insert(orders).values({ id: 1 }).run();
      expect(() => store.createRuns([first, first], { tx })).toThrow(expect.objectContaining({ code: 'RUN_EXISTS' }));
      creating.push(store.createRuns([kept], { tx }));
    });
    await Promise.all(creating);
    expect([await store.readRun(first.id), (await store.readRun(kept.id))?.id]).toEqual([null, kept.id]);
    expect(db.select().from(orders).all()).toEqual([{ id: 1 }]);
  });

  it('refuses a transaction of another connection, or none, instead of writing outside of it', async () => {
    const db = application();
    const store = await openStore({ client: db });
    const other = drizzle({ client: new Database(folder.path('other.db')) });
    const run = newRun();
    const closed = expect.objectContaining({ code: 'STORE_CLOSED', message: expect.stringContaining('app.db') });
    expect(() => other.transaction((tx) => void store.createRuns([run], { tx }))).toThrow(closed);
    expect(() => store.createRuns([run], { tx: db })).toThrow('not open on');
    expect(await store.readRun(run.id)).toBeNull();
    other.$client.close();
  });

  it('tells watchers of a run that the application put into a queue, but only after its own commit', async () => {
    const db = application();
    const store = await openStore({ client: db });
    const heard: unknown[] = [];
    const run = newRun({ lease: null });
    store.watch(() => heard.push(db.$client.inTransaction));
    db.run('BEGIN');
    await store.createRuns([run], { tx: db });
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual([]);
    db.run('COMMIT');
    await waitFor('the watcher hears of it', () => heard.length > 0);
    expect(heard[0]).toBe(false);
    await store.close();
  });

  it('commits the application’s writes with the step’s outcome, through the very same tables', async () => {
    const store = await openStore({ client: application() });
    const lease = leaseOf(await store.createRuns([newRun()]));
    await store.recordWith(lease, (tx) => {
      tx.insert(orders).values({ id: 7 }).run();
      return [started('a')];
    });
    const twice = store.recordWith(lease, (tx) => {
      tx.insert(orders).values({ id: 8 }).run();
      tx.insert(orders).values({ id: 7 }).run();
      return [];
    });
    await expect(twice).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' });
    expect(application().select().from(orders).all()).toEqual([{ id: 7 }]);
  });

  it('refuses an asynchronous callback, and keeps nothing of what it did', async () => {
    const store = await openStore({ client: application() });
    const run = newRun();
    const lease = leaseOf(await store.createRuns([run]));
    const recording = store.recordWith(lease, async (tx) => {
      tx.insert(orders).values({ id: 7 }).run();
      throw new Error('nobody hears this');
    });
    await expect(recording).rejects.toThrow(/synchronous/);
    expect(application().select().from(orders).all()).toEqual([]);
    expect((await store.readRun(run.id))?.revision).toBe(1);
  });

  it('waits with its own writes while the application has a transaction open by hand', async () => {
    const store = await openStore({ client: application() });
    const run = newRun();
    client.exec('BEGIN; INSERT INTO orders VALUES (1)');
    const creating = store.createRuns([run]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await store.readRun(run.id)).toBeNull();
    client.exec('ROLLBACK');
    await creating;
    expect(application().select().from(orders).all()).toEqual([]);
    expect(await store.readRun(run.id)).not.toBeNull();
  });

  it('lets two stores share one connection', async () => {
    const db = application();
    const [first, second] = [await openStore({ client: db }), await openStore({ client: db })];
    const runs = Array.from({ length: 20 }, () => newRun());
    await Promise.all(runs.map((run, index) => (index % 2 === 0 ? first : second).createRuns([run])));
    expect(await first.listRuns()).toHaveLength(20);
    await first.close();
    expect(await second.listRuns()).toHaveLength(20);
  });

  it('says STORE_CLOSED when the application has closed its connection', async () => {
    const store = await openStore({ client: application() });
    client.close();
    await expect(store.listRuns()).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    await expect(store.createRuns([newRun()])).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    await store.close();
  });
});

describe('a database that is not as this version would make it', () => {
  it('is refused when a newer version has written it, and stays as it was', async () => {
    const db = application();
    migrate(db);
    db.run(sql`INSERT INTO __sisyphus_migrations (hash, created_at) VALUES ('from the future', 9999999999999)`);
    const before = migrationStatus(db);
    await expect(openStore(folder.path('app.db'))).rejects.toMatchObject({ code: 'MIGRATION_NEWER' });
    await expect(openStore({ client: db })).rejects.toMatchObject({ code: 'MIGRATION_NEWER' });
    expect(migrationStatus(db)).toEqual(before);
    expect(pragma('journal_mode')).toBe('delete');
  });

  it('is refused when it has other tables of our names', async () => {
    client.exec('CREATE TABLE workflow_runs (mine TEXT)');
    await expect(openStore(folder.path('app.db'))).rejects.toMatchObject({ code: 'MIGRATION_FOREIGN_TABLES' });
    expect(client.prepare("SELECT count(*) FROM sqlite_master WHERE type = 'table'").pluck().get()).toBe(2);
  });

  it('is refused when it is damaged', async () => {
    migrate(application());
    client.pragma('wal_checkpoint(TRUNCATE)');
    client.close();
    const { openSync, writeSync, closeSync } = await import('node:fs');
    const file = openSync(folder.path('app.db'), 'r+');
    writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, 4096 - 4000);
    closeSync(file);
    await expect(openStore(folder.path('app.db'))).rejects.toMatchObject({ code: 'NOT_A_DATABASE' });
  });
});
