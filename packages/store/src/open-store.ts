import { homedir } from 'node:os';
import { join } from 'node:path';
import { StoreOpenError } from './errors.js';
import type { SqliteClient } from './sqlite/client.js';
import type { OpenSqliteOptions } from './sqlite/open-sqlite-store.js';
import type { SyncDatabase } from './sqlite/statements.js';
import type { WorkflowStore } from './store.js';

/** Options of `openStore`, whatever the database. */
export type OpenStoreOptions = OpenSqliteOptions;

/** An application's own Drizzle database, whose file, connection and transactions the store shares. */
export interface ClientLocation {
  readonly client: SyncDatabase & { readonly $client: SqliteClient };
}

/**
 * Opens a store: a path, `:memory:`, or `{ client }` for your own Drizzle database.
 *
 * Without an argument: `SISYPHUS_DB`, then `~/.opencode/sisyphus-state.db`. File and folder are made when missing,
 * private to the user, and the tables are migrated (`migrate: false` only verifies). `DATABASE_URL` is never read.
 */
export async function openStore(
  location: string | ClientLocation = defaultLocation(),
  options: OpenStoreOptions = {},
): Promise<WorkflowStore<SyncDatabase>> {
  if (typeof location !== 'string') {
    const { openSqliteClient } = await import('./sqlite/open-sqlite-store.js');
    return openSqliteClient(location.client, options);
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(location)) throw new StoreOpenError(unknownScheme(location));
  const { openSqliteStore } = await import('./sqlite/open-sqlite-store.js');
  return openSqliteStore(location, options);
}

/** Where the state lives when nobody says: `SISYPHUS_DB`, then `~/.opencode/sisyphus-state.db`. */
export function defaultLocation(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env.SISYPHUS_DB || join(homedir(), '.opencode', 'sisyphus-state.db');
}

function unknownScheme(location: string): string {
  const scheme = location.slice(0, location.indexOf(':'));
  return `This version opens SQLite files only, not ${scheme}:// addresses. Give the path of a file, or ':memory:'.`;
}
