import { homedir } from 'node:os';
import { join } from 'node:path';
import { StoreOpenError } from './errors.js';
import type { PostgresDatabase } from './postgres/context.js';
import type { OpenPostgresOptions, PostgresClient } from './postgres/open-postgres-store.js';
import type { SqliteClient } from './sqlite/client.js';
import type { OpenSqliteOptions } from './sqlite/open-sqlite-store.js';
import type { SyncDatabase } from './sqlite/statements.js';
import type { WorkflowStore } from './store.js';

/** Options of `openStore`, whatever the database; each takes those it knows. */
export type OpenStoreOptions = OpenSqliteOptions & OpenPostgresOptions;

/** An application's own Drizzle database, whose file, connection and transactions the store shares. */
export interface ClientLocation {
  readonly client: SyncDatabase & { readonly $client: SqliteClient };
}

/** An application's own Drizzle database over a `pg.Pool`, whose connections and transactions the store shares. */
export interface PostgresClientLocation {
  readonly client: PostgresClient;
}

/** The address of a PostgreSQL database. */
export type PostgresUrl = `postgres://${string}` | `postgresql://${string}`;

/** As below, for PostgreSQL: the tables are only verified, unless `migrate: true`. */
export async function openStore(
  location: PostgresUrl | PostgresClientLocation,
  options?: OpenPostgresOptions,
): Promise<WorkflowStore<PostgresDatabase>>;
/**
 * Opens a store: a path, `:memory:`, a `postgres://` URL, or `{ client }` for your own Drizzle database.
 *
 * Without an argument: `SISYPHUS_DB`, then `~/.opencode/sisyphus-state.db`. File and folder are made when missing,
 * private to the user, and the tables are migrated (`migrate: false` only verifies). `DATABASE_URL` is never read.
 * A URL that is only known at run time has the type of a path: where its transactions are used, say which they are.
 */
export async function openStore(
  location?: string | ClientLocation,
  options?: OpenStoreOptions,
): Promise<WorkflowStore<SyncDatabase>>;
export async function openStore(
  location: string | ClientLocation | PostgresClientLocation = defaultLocation(),
  options: OpenStoreOptions = {},
): Promise<WorkflowStore<SyncDatabase> | WorkflowStore<PostgresDatabase>> {
  if (isPostgres(location)) return openPostgres(location, options);
  if (typeof location !== 'string') {
    const { openSqliteClient } = await import('./sqlite/open-sqlite-store.js');
    return openSqliteClient(location.client, options);
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(location)) throw new StoreOpenError(unknownScheme(location));
  const { openSqliteStore } = await import('./sqlite/open-sqlite-store.js');
  return openSqliteStore(location, options);
}

function isPostgres(
  location: string | ClientLocation | PostgresClientLocation,
): location is PostgresUrl | PostgresClientLocation {
  if (typeof location === 'string') return /^postgres(ql)?:\/\//i.test(location);
  // A pool hands out connections; a SQLite connection prepares statements itself.
  return 'connect' in location.client.$client;
}

async function openPostgres(location: PostgresUrl | PostgresClientLocation, options: OpenPostgresOptions) {
  const { openPostgresClient, openPostgresStore } = await import('./postgres/open-postgres-store.js');
  if (typeof location === 'string') return openPostgresStore(location, options);
  return openPostgresClient(location.client, options);
}

/** Where the state lives when nobody says: `SISYPHUS_DB`, then `~/.opencode/sisyphus-state.db`. */
export function defaultLocation(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env.SISYPHUS_DB || join(homedir(), '.opencode', 'sisyphus-state.db');
}

function unknownScheme(location: string): string {
  const scheme = location.slice(0, location.indexOf(':'));
  return `There is no store for ${scheme}:// addresses. Give the path of a file, ':memory:', or a postgres:// URL.`;
}
