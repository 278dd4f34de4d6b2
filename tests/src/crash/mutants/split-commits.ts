import { type OpenStoreOptions, openStore, type WorkflowStore } from '@sisyphus-state/store';
import { createSqliteStore, type SqliteClient } from '@sisyphus-state/store/sqlite';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';

/**
 * A fault: rows are committed without their audit events, which follow in a commit of their own.
 *
 * `logEvent` makes that second commit, so that a crash point can stand between the two; see `writeEventsAfterwards`.
 */
export async function openSplitStore(file: string, options: OpenStoreOptions): Promise<WorkflowStore> {
  // Makes the tables.
  await (await openStore(file, options)).close();
  const client = new Database(file);
  const events: unknown[][] = [];
  const { prepare } = client;
  const split: SqliteClient = {
    get inTransaction() {
      return client.inTransaction;
    },
    close: () => client.close(),
    prepare: (sql) => {
      const statement = prepare.call(client, sql);
      if (!/^insert into "audit_events"/i.test(sql)) return statement;
      insert ??= statement;
      return { get: () => undefined, all: () => [], run: (...values) => ({ changes: events.push(values) && 1 }) };
    },
  };
  let insert: Database.Statement | null = null;
  const store = createSqliteStore(drizzle({ client }), split, {
    ...options,
    location: file,
    ownsClient: true,
    durable: true,
  });
  return {
    ...store,
    logEvent: async () => {
      const written = events.splice(0);
      client.transaction(() => written.forEach((values) => void insert?.run(...values)))();
      return written.length;
    },
  };
}

/** Makes a write what it is in such an engine: two commits, one after the other. */
export function writeEventsAfterwards(store: WorkflowStore): WorkflowStore {
  const twice =
    <Args extends unknown[], Result>(write: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      const result = await write(...args);
      await store.logEvent('', '', null);
      return result;
    };
  return {
    ...store,
    createRuns: twice(store.createRuns),
    claimRuns: twice(store.claimRuns),
    record: twice(store.record),
  };
}
