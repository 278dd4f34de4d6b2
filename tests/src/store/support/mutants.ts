import type { LeaseRenewals, WorkflowStore } from '@sisyphus-state/store';
import type { SqliteClient, SqliteStatement, SyncDatabase } from '@sisyphus-state/store/sqlite';
import type { ConformanceBackend, ConformanceDatabase, ConformanceOpenOptions } from '@sisyphus-state/testing';
import Database from 'better-sqlite3';
import { distortedBackend, fileBackend } from './sqlite-backends.js';

type Store = WorkflowStore<SyncDatabase>;

/** Stores with these verbs replaced; `sql` writes behind the store's back, on a connection of its own. */
export function wrongVerbs(
  replace: (store: Store, sql: (text: string) => void, options: ConformanceOpenOptions) => Partial<Store>,
): ConformanceBackend<SyncDatabase> {
  return onEachOpen(async (database, options) => {
    const store = await database.open(options);
    const sql = (text: string): void => {
      const client = new Database(store.location, { timeout: 5000 });
      client.exec(text);
      client.close();
    };
    return { ...store, ...replace(store, sql, options) };
  });
}

/** Stores whose thread does what it is told, but for these calls. */
export function wrongRenewals(wrong: Partial<LeaseRenewals>): ConformanceBackend<SyncDatabase> {
  return wrongVerbs((store) => ({
    startRenewals: (options) => {
      const real = store.startRenewals(options);
      if (real === null) return null;
      return {
        keep: (lease) => real.keep(lease),
        drop: (runId) => real.drop(runId),
        allowUntil: (runId, instant) => real.allowUntil(runId, instant),
        beat: () => real.beat(),
        stop: () => real.stop(),
        ...wrong,
      };
    },
  }));
}

/** Stores that are opened with other options than asked for. */
export function wrongOptions(change: Partial<ConformanceOpenOptions>): ConformanceBackend<SyncDatabase> {
  return onEachOpen((database, options) => database.open({ ...options, ...change }));
}

/** Stores in which some statements do something else; `instead` gets the SQL and the real statement. */
export function wrongStatements(
  instead: (sql: string, real: SqliteStatement, client: SqliteClient) => SqliteStatement | null,
): ConformanceBackend<SyncDatabase> {
  return distortedBackend((client) => ({
    prepare: (sql) => {
      const real = client.prepare(sql);
      return instead(sql, real, client) ?? real;
    },
    get inTransaction() {
      return client.inTransaction;
    },
    close: () => client.close(),
  }));
}

function onEachOpen(
  open: (database: ConformanceDatabase<SyncDatabase>, options: ConformanceOpenOptions) => Promise<Store>,
): ConformanceBackend<SyncDatabase> {
  return {
    capabilities: fileBackend.capabilities,
    createDatabase: async () => {
      const database = await fileBackend.createDatabase();
      return { ...database, open: (options) => open(database, options) };
    },
  };
}
