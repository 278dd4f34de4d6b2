import { join } from 'node:path';
import { openStore, type StoreCapabilities } from '@sisyphus-state/store';
import { createSqliteStore, type SqliteClient, type SyncDatabase } from '@sisyphus-state/store/sqlite';
import type {
  ConformanceBackend,
  ConformanceDatabase,
  ConformanceOpenOptions,
  UserNotes,
} from '@sisyphus-state/testing';
import Database from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { temporaryFolder } from './temporary-folder.js';

const notes = sqliteTable('notes', { note: text('note').notNull() });
const createNotes = sql`CREATE TABLE IF NOT EXISTS notes (note TEXT NOT NULL)`;

const file: StoreCapabilities = {
  dialect: 'sqlite',
  durable: true,
  multiProcess: true,
  leaseRenewal: 'thread',
  syncTransactions: true,
};
const memory: StoreCapabilities = { ...file, durable: false, multiProcess: false, leaseRenewal: 'process' };

/** No test here pulls the plug: what is asked of power loss would only cost time. */
const quick = { durability: 'process' } as const;

/** A file that the store opens by its path, beside another connection that made the user's table. */
export const fileBackend: ConformanceBackend<SyncDatabase> = {
  capabilities: file,
  createDatabase: async () => {
    const folder = temporaryFolder();
    const path = join(folder.path, 'state.db');
    return { ...userSide(path, 'WAL', folder.remove), open: (options) => openStore(path, { ...options, ...quick }) };
  },
};

/**
 * A file opened through the application's own Drizzle database, each handle with a connection of its own.
 *
 * In SQLite's own default mode, in which readers and writers keep each other waiting.
 */
export const clientBackend: ConformanceBackend<SyncDatabase> = {
  capabilities: file,
  createDatabase: async () => {
    const folder = temporaryFolder();
    const path = join(folder.path, 'app.db');
    const clients: Database.Database[] = [];
    const user = userSide(path, 'DELETE', () => {
      for (const client of clients) client.close();
      folder.remove();
    });
    const open = (options: ConformanceOpenOptions) => {
      const client = new Database(path);
      client.pragma('synchronous = OFF');
      clients.push(client);
      return openStore({ client: drizzle({ client, schema: { notes } }) }, options);
    };
    return { ...user, open };
  },
};

/** A database in memory, which has one connection and therefore one handle. */
export const memoryBackend: ConformanceBackend<SyncDatabase> = {
  capabilities: memory,
  createDatabase: async () => {
    const client = new Database(':memory:');
    const db = drizzle({ client });
    db.run(createNotes);
    return {
      open: (options) => openStore({ client: db }, options),
      notes: { insert: insertNote, read: async () => readNotes(db) },
      destroy: async () => void client.close(),
    };
  },
};

/** A file whose store reads and writes through a driver that `distort` has spoilt. */
export function distortedBackend(distort: (client: SqliteClient) => SqliteClient): ConformanceBackend<SyncDatabase> {
  return {
    capabilities: file,
    createDatabase: async () => {
      const folder = temporaryFolder();
      const path = join(folder.path, 'state.db');
      const open = async (options: ConformanceOpenOptions) => {
        await (await openStore(path)).close();
        const client = new Database(path, { timeout: 5 });
        const db = drizzle({ client });
        const spoilt = distort(client);
        return createSqliteStore(db, spoilt, { ...options, location: path, ownsClient: true, durable: true });
      };
      return { ...userSide(path, 'WAL', folder.remove), open };
    },
  };
}

function userSide(
  path: string,
  mode: 'WAL' | 'DELETE',
  remove: () => void,
): Pick<ConformanceDatabase<SyncDatabase>, 'notes' | 'destroy'> {
  const client = new Database(path);
  client.pragma(`journal_mode = ${mode}`);
  const db = drizzle({ client });
  db.run(createNotes);
  const destroy = async (): Promise<void> => {
    client.close();
    remove();
  };
  return { notes: { insert: insertNote, read: async () => readNotes(db) }, destroy };
}

const insertNote: UserNotes<SyncDatabase>['insert'] = (tx, note) => void tx.insert(notes).values({ note }).run();

function readNotes(db: SyncDatabase): readonly string[] {
  const rows = db.select().from(notes).orderBy(sql`rowid`).all();
  return rows.map((row) => row.note);
}
