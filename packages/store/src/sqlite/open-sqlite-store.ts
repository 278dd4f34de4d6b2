import { closeSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { migrate, retryWhileBusy, verifyMigrations } from '@sisyphus-state/schema/sqlite';
import { StoreOpenError } from '../errors.js';
import type { WorkflowStore } from '../store.js';
import { execute, readPragma, type SqliteClient } from './client.js';
import { translateError } from './driver-errors.js';
import { makeFolder } from './make-folder.js';
import { refuseNetworkFilesystem } from './network-filesystem.js';
import { createSqliteStore, type SqliteStoreOptions } from './sqlite-store.js';
import type { SyncDatabase } from './statements.js';

/** How a SQLite store is opened. */
export interface OpenSqliteOptions
  extends Pick<SqliteStoreOptions, 'clock' | 'monotonicClock' | 'identity' | 'isDead' | 'busyMs'> {
  /** `power` (default): a commit survives power loss (`synchronous = FULL`). `process`: only the end of the process (`NORMAL`). */
  readonly durability?: 'power' | 'process';
  /** Default true: migrates when needed. False: only verifies, and throws when something is pending. */
  readonly migrate?: boolean;
  /** Open a file on a network file system all the same; SQLite's locks and WAL are not safe there. */
  readonly allowNetworkFilesystem?: boolean;
}

const memory = ':memory:';
/** While a store is open a locked file is asked for again by the write queue, so one ask may block only this long. */
const busyTimeoutMs = 5;
/** While it is being opened there is nothing else to do: the driver itself may wait. */
const openTimeoutMs = 15_000;
const journalLimitBytes = 64 * 1024 * 1024;
/**
 * After so many pages (16 MiB) the log is moved into the file. SQLite's own 1,000 do it every 135 steps, with two more
 * syncs each time, some per cent of what a step costs. Many more would make a file slower to open after a crash.
 */
const checkpointPages = 4000;
/** Where the store's own checkpoints do not come to it: behind a reader that stays, for one. */
const autoCheckpointPages = 4 * checkpointPages;

/** Opens a file (made with its folder, private to the user) or `:memory:` through better-sqlite3. */
export async function openSqliteStore(
  location: string,
  options: OpenSqliteOptions = {},
): Promise<WorkflowStore<SyncDatabase>> {
  const path = location === memory ? memory : resolve(location);
  try {
    if (path !== memory) prepareFile(path, options.allowNetworkFilesystem === true);
    const { db, client } = await connect(path);
    try {
      prepareTables(db, options.migrate !== false);
      configure(client, options.durability ?? 'power');
      const durable = path !== memory;
      const owned = { ownsClient: true, ...(durable ? { checkpointPages } : null) };
      return createSqliteStore(db, client, { ...options, ...owned, location: path, durable });
    } catch (error) {
      client.close();
      throw error;
    }
  } catch (error) {
    throw translateError(error, path);
  }
}

/** Makes a store on the application's own Drizzle database: same file, same transactions. Of its pragmas only `foreign_keys` is touched: it is turned on. */
export function openSqliteClient(
  db: SyncDatabase & { readonly $client: SqliteClient },
  options: OpenSqliteOptions = {},
) {
  const client = db.$client;
  const name = 'name' in client && typeof client.name === 'string' ? client.name : 'the given database';
  try {
    if (readPragma(client, 'foreign_keys') !== 1) execute(client, 'PRAGMA foreign_keys = ON');
    prepareTables(db, options.migrate !== false);
    // SQLite's own name for a database that goes with its connection is the empty one.
    const durable = name !== memory && name !== '';
    const borrowed = { ownsClient: false, borrowedTimeoutMs: busyTimeoutMs };
    return createSqliteStore(db, client, { ...options, ...borrowed, location: name, durable });
  } catch (error) {
    throw translateError(error, name);
  }
}

function prepareTables(db: SyncDatabase, mayMigrate: boolean): void {
  if (mayMigrate) migrate(db, { waitMs: openTimeoutMs });
  else verifyMigrations(db, { waitMs: openTimeoutMs });
}

/** Creates folder and file with private modes before SQLite does; it gives `-wal` and `-shm` the modes of the file. */
function prepareFile(path: string, allowNetwork: boolean): void {
  try {
    makeFolder(dirname(path));
    closeSync(openSync(path, 'a', 0o600));
  } catch (cause) {
    // A file that can only be read still opens far enough for SQLite to say what is wrong with it.
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreOpenError(`${path} can't be opened for writing: ${reason}. Check the folder and its permissions.`, {
      cause,
    });
  }
  if (!allowNetwork) refuseNetworkFilesystem(path);
}

async function connect(path: string): Promise<{ readonly db: SyncDatabase; readonly client: SqliteClient }> {
  const Database = await importDriver();
  const { drizzle } = await import('drizzle-orm/better-sqlite3');
  const client = new Database(path, { timeout: openTimeoutMs });
  return { db: drizzle({ client }), client };
}

async function importDriver() {
  try {
    return (await import('better-sqlite3')).default;
  } catch (cause) {
    const remedy = 'Add it to your project (`npm install better-sqlite3`; version 12 on Node 20).';
    throw new StoreOpenError(`The SQLite driver better-sqlite3 can't be loaded. ${remedy}`, { cause });
  }
}

function configure(client: SqliteClient, durability: 'power' | 'process'): void {
  // Only now that the tables are known to be ours: a file that is refused must stay as it was. Switching needs the file
  // alone for an instant, which SQLite's own timeout does not cover.
  retryWhileBusy(() => readPragma(client, 'journal_mode = WAL'), openTimeoutMs);
  execute(client, `PRAGMA synchronous = ${durability === 'power' ? 'FULL' : 'NORMAL'}`);
  execute(client, 'PRAGMA foreign_keys = ON');
  execute(client, 'PRAGMA trusted_schema = OFF');
  execute(client, `PRAGMA wal_autocheckpoint = ${autoCheckpointPages}`);
  execute(client, `PRAGMA journal_size_limit = ${journalLimitBytes}`);
  execute(client, `PRAGMA busy_timeout = ${busyTimeoutMs}`);
}
