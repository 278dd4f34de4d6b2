import { defaultSchema, migrate, verifyMigrations } from '@sisyphus-state/schema/postgres';
import { StoreOpenError } from '../errors.js';
import type { WorkflowStore } from '../store.js';
import type { PgConnection, PgPool } from './client.js';
import type { PostgresDatabase } from './context.js';
import { isDisconnect, isUnavailable, translateError } from './driver-errors.js';
import { redactUrl, showAddress, withSessionOptions } from './location.js';
import { createPostgresStore, type PostgresStoreOptions } from './postgres-store.js';
import { serverNow } from './store-clock.js';

/** How a PostgreSQL store is opened. */
export interface OpenPostgresOptions
  extends Pick<PostgresStoreOptions, 'clock' | 'monotonicClock' | 'identity' | 'isDead' | 'busyMs'> {
  /** The schema that holds the tables; default `sisyphus`. */
  readonly schema?: string;
  /** True: migrates when needed. Default false: only verifies, and throws when something is pending. */
  readonly migrate?: boolean;
  /** The most connections to open, beside the one that listens for other processes; default 10. */
  readonly poolSize?: number;
}

/** An application's own Drizzle database over a `pg.Pool`; the store uses its connections and its transactions. */
export type PostgresClient = PostgresDatabase & { readonly $client: PgPool };

const defaultPoolSize = 10;
const connectTimeoutMs = 10_000;
/** The server cuts a statement off after 60 s: when it has not answered by then, it is not there any more. */
const answerTimeoutMs = 75_000;
/** How long a server may be silent before the system asks whether its machine is still there. */
const silenceMs = 10_000;

/** What a session of the store's own pool is set to; the URL's `options` win over these. */
const sessionSettings = {
  // Our statements look everything up by key: a plan made once is right for all values, also while a table is small.
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  jit: 'off',
  default_transaction_isolation: 'read committed',
  lock_timeout: '10s',
  statement_timeout: '60s',
  // A process that stopped in the middle of a transaction must not keep a run's row locked for ever.
  idle_in_transaction_session_timeout: '60s',
  tcp_keepalives_idle: 30,
  tcp_keepalives_interval: 10,
  tcp_keepalives_count: 3,
};

/** Opens a database by its URL through node-postgres, with a pool of the store's own. */
export async function openPostgresStore(
  url: string,
  options: OpenPostgresOptions = {},
): Promise<WorkflowStore<PostgresDatabase>> {
  const location = redactUrl(url);
  // Not even as a cause may the URL be shown: it holds the password.
  if (location === null)
    throw new StoreOpenError('That is no PostgreSQL URL. Write postgres://user:password@host:5432/database.');
  const { pool, db } = await createPool(url, options.poolSize ?? defaultPoolSize);
  try {
    return await openOn(db, pool, location, true, options);
  } catch (error) {
    await pool.end();
    throw error;
  }
}

/** Makes a store on the application's own Drizzle database: same pool, same transactions; its settings stay as they are. */
export function openPostgresClient(
  db: PostgresClient,
  options: OpenPostgresOptions = {},
): Promise<WorkflowStore<PostgresDatabase>> {
  const { $client: pool } = db;
  const { connectionString, ...address } = pool.options;
  const location = (connectionString === undefined ? null : redactUrl(connectionString)) ?? showAddress(address);
  return openOn(db, pool, location, false, options);
}

async function openOn(
  db: PostgresDatabase,
  pool: PgPool,
  location: string,
  ownsPool: boolean,
  options: OpenPostgresOptions,
): Promise<WorkflowStore<PostgresDatabase>> {
  const { schema = defaultSchema } = options;
  surviveLostConnections(pool);
  try {
    await (options.migrate === true ? migrate : verifyMigrations)(db, { schema });
    const serverTime = await readServerTime(pool);
    return createPostgresStore(db, pool, { ...options, location, ownsPool, schema, serverTime });
  } catch (error) {
    throw explainOpening(error, location);
  }
}

async function readServerTime(pool: PgPool): Promise<number> {
  const connection = await pool.connect();
  try {
    const { rows } = await connection.query(`SELECT ${serverNow}::text AS now`);
    // The query's one row.
    return Number((rows as readonly { readonly now: string }[])[0]?.now);
  } finally {
    connection.release();
  }
}

const survivors = new WeakSet<PgPool>();

/**
 * Without a listener the loss of a connection ends the process: of an idle one through the pool, of one in use by itself.
 *
 * Nothing is hidden by it: the query under way rejects, and the pool makes a new connection for the next.
 */
function surviveLostConnections(pool: PgPool): void {
  // Several stores may be opened on an application's pool, one after the other.
  if (survivors.has(pool)) return;
  survivors.add(pool);
  const known = new WeakSet<PgConnection>();
  pool.on('error', ignore);
  pool.on('acquire', (connection) => {
    if (known.has(connection)) return;
    known.add(connection);
    connection.on('error', ignore);
  });
}

function ignore(): void {
  // See above.
}

async function createPool(url: string, poolSize: number): Promise<{ pool: PgPool; db: PostgresDatabase }> {
  const { Pool } = await importDriver();
  const { drizzle } = await import('drizzle-orm/node-postgres');
  const pool = new Pool({
    connectionString: withSessionOptions(url, sessionSettings),
    application_name: 'sisyphus',
    // One more, for the connection that listens.
    max: Math.max(1, Math.trunc(poolSize)) + 1,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: answerTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: silenceMs,
    // Idle connections keep no process alive, as an open file does not.
    allowExitOnIdle: true,
  });
  return { pool, db: drizzle({ client: pool }) };
}

async function importDriver() {
  try {
    return (await import('pg')).default;
  } catch (cause) {
    const remedy = 'Add it to your project (`npm install pg`).';
    throw new StoreOpenError(`The PostgreSQL driver pg can't be loaded. ${remedy}`, { cause });
  }
}

function explainOpening(error: unknown, location: string): unknown {
  if (isDisconnect(error) || isUnavailable(error)) {
    const reason = error instanceof Error && error.message !== '' ? error.message : 'no answer';
    return new StoreOpenError(
      `${location} can't be reached: ${reason}. Check that the server runs and the address is right.`,
      { cause: error, details: { location } },
    );
  }
  return translateError(error, location);
}
