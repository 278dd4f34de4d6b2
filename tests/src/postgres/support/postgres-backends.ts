import { migrate, tablesIn } from '@sisyphus-state/schema/postgres';
import { openStore, type StoreCapabilities } from '@sisyphus-state/store';
import type { PostgresDatabase } from '@sisyphus-state/store/postgres';
import type { ConformanceBackend, ConformanceDatabase, ConformanceOpenOptions } from '@sisyphus-state/testing';
import { getTableName, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { bigserial, pgTable, text } from 'drizzle-orm/pg-core';
import pg from 'pg';
import type { PostgresServer, TestDatabase } from '../../support/postgres-server.js';

const notes = pgTable('notes', { id: bigserial('id', { mode: 'number' }).primaryKey(), note: text('note').notNull() });

const capabilities: StoreCapabilities = {
  dialect: 'postgres',
  durable: true,
  multiProcess: true,
  leaseRenewal: 'thread',
  syncTransactions: false,
};

type Server = () => PostgresServer;

/** Databases that stores open by their URL. */
export function urlBackend(server: Server): ConformanceBackend<PostgresDatabase> {
  return backend(server, 'sisyphus', async ({ url }, options) => openStore(url, options));
}

/** Databases opened through the application's own Drizzle database, in a schema of another name. */
export function clientBackend(server: Server): ConformanceBackend<PostgresDatabase> {
  const schema = 'tenant_a';
  const pools = new Map<TestDatabase, pg.Pool[]>();
  return backend(
    server,
    schema,
    async (database, options) => {
      const pool = new pg.Pool({ connectionString: database.url, max: 8 });
      pools.set(database, [...(pools.get(database) ?? []), pool]);
      return openStore({ client: drizzle({ client: pool, schema: { notes } }) }, { ...options, schema });
    },
    async (database) => {
      for (const pool of pools.get(database) ?? []) await pool.end();
      pools.delete(database);
    },
  );
}

/** One database for all cases of a backend, emptied for each: making one takes far longer than most cases. */
function backend(
  server: Server,
  schema: string,
  open: (
    database: TestDatabase,
    options: ConformanceOpenOptions,
  ) => ReturnType<ConformanceDatabase<PostgresDatabase>['open']>,
  close: (database: TestDatabase) => Promise<void> = async () => {},
): ConformanceBackend<PostgresDatabase> {
  let made: Promise<TestDatabase> | null = null;
  return {
    capabilities,
    createDatabase: async () => {
      made ??= createDatabase(server(), schema);
      const database = await made;
      const pool = new pg.Pool({ connectionString: database.url, max: 1 });
      const db = drizzle({ client: pool });
      await db.execute(sql.raw(emptyAll(schema)));
      return {
        open: (options) => open(database, options),
        notes: {
          insert: async (tx, note) => void (await tx.insert(notes).values({ note })),
          read: async () => (await db.select().from(notes).orderBy(notes.id)).map((row) => row.note),
        },
        destroy: async () => {
          await pool.end();
          await close(database);
        },
      };
    },
  };
}

/** Children first; not TRUNCATE, which makes files anew. */
function emptyAll(schema: string): string {
  const { workflowRuns, ...others } = tablesIn(schema);
  const tables = [...Object.values(others), workflowRuns].map((table) => `"${schema}"."${getTableName(table)}"`);
  return [...tables, 'notes'].map((table) => `DELETE FROM ${table};`).join(' ');
}

/** A migrated database with the user's table in it. */
async function createDatabase(server: PostgresServer, schema: string): Promise<TestDatabase> {
  const database = await server.createDatabase();
  const pool = new pg.Pool({ connectionString: database.url });
  const db = drizzle({ client: pool });
  await migrate(db, { schema });
  await db.execute(sql`CREATE TABLE notes (id bigserial PRIMARY KEY, note text NOT NULL)`);
  await pool.end();
  return database;
}
