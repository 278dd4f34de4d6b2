import type { Renewer } from '../renewal/renewer.js';
import { compileText, type StatementSource } from './compile-text.js';
import { translateError } from './driver-errors.js';
import { renewOnce } from './renew-once.js';
import type { RenewedRow } from './small-statements.js';

/** How another thread connects to the database to renew leases in it. */
export interface PostgresRenewalTarget {
  readonly dialect: 'postgres';
  /** The database, fit for a message. */
  readonly location: string;
  /** Options of node-postgres, as plain data. Holds the password: never to be shown. */
  readonly connection: Readonly<Record<string, unknown>>;
  readonly statement: StatementSource;
}

/** Between two renewals of a usual lease the connection is kept. */
const idleMs = 60_000;

/** Makes a connection for renewals only, when there is one to make; connecting and each answer may take `patienceMs`. */
export async function openRenewer(
  { location, connection, statement: source }: PostgresRenewalTarget,
  patienceMs: number,
): Promise<Renewer> {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    ...connection,
    max: 1,
    min: 0,
    idleTimeoutMillis: idleMs,
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
  });
  // The next renewal makes a new connection.
  pool.on('error', () => undefined);
  const statement = compileText<RenewedRow>(source);
  return {
    renew: async (leases, leaseMs) => {
      try {
        const rows = await renewOnce(statement, pool, { leases, leaseMs, at: null });
        return leases.map(({ runId }, n) => {
          const { held = false, renewed = false, revision = 0 } = rows.get(n) ?? {};
          return { runId, held, revision, isPending: held && !renewed };
        });
      } catch (error) {
        throw translateError(error, location);
      }
    },
    close: () => pool.end(),
  };
}
