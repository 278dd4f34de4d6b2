import type { RunHandle } from '@sisyphus-state/executor';
import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import Database from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import { drizzle as drizzleSqlite } from 'drizzle-orm/better-sqlite3';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { World } from './world.js';

/** An application with a table of its own in the database that its workflows live in. */
export interface Bookings {
  /** On the application's own Drizzle database. */
  readonly store: WorkflowStore;
  /** Inserts an order and starts a run in one transaction of the application's; `fails`: which then throws at its end. */
  book(order: string, fails: boolean, start: (tx: unknown) => Promise<RunHandle>): Promise<RunHandle>;
  orders(): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

/** Opens the application's database in a world, with its table. */
export async function openBookings(here: World): Promise<Bookings> {
  // The tables, and the journal mode, that the application's connection finds.
  await here.open();
  return here.dialect === 'sqlite' ? openOnSqlite(here.location) : openOnPostgres(here.location);
}

const createTable = sql`CREATE TABLE orders (id text NOT NULL)`;
const insert = (order: string) => sql`INSERT INTO orders VALUES (${order})`;
const readAll = sql`SELECT id FROM orders ORDER BY id`;

function failIf(fails: boolean): void {
  if (fails) throw new Error('It is made to fail.');
}

async function openOnSqlite(file: string): Promise<Bookings> {
  const client = new Database(file);
  const db = drizzleSqlite({ client });
  const store = await openStore({ client: db });
  db.run(createTable);
  return {
    store,
    book: async (order, fails, start) => {
      // A synchronous transaction returns no promise: what is started is taken out of it.
      const started: Promise<RunHandle>[] = [];
      db.transaction((tx) => {
        tx.run(insert(order));
        started.push(start(tx));
        failIf(fails);
      });
      const [handle] = await Promise.all(started);
      if (handle === undefined) throw new Error('The transaction was committed without it.');
      return handle;
    },
    orders: async () => db.all<{ id: string }>(readAll).map(({ id }) => id),
    close: async () => {
      await store.close();
      client.close();
    },
  };
}

async function openOnPostgres(url: string): Promise<Bookings> {
  const pool = new pg.Pool({ connectionString: url });
  const db = drizzlePostgres({ client: pool });
  const store = await openStore({ client: db });
  await db.execute(createTable);
  return {
    store,
    book: (order, fails, start) =>
      db.transaction(async (tx) => {
        await tx.execute(insert(order));
        const handle = await start(tx);
        failIf(fails);
        return handle;
      }),
    orders: async () => (await db.execute(readAll)).rows.map(({ id }) => id),
    close: async () => {
      await store.close();
      await pool.end();
    },
  };
}
