import { DrizzleError, is, type SQL } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT, PgTransactionConfig } from 'drizzle-orm/pg-core';

/** What one transaction of a Drizzle PostgreSQL database does here; reads go through `select`, which every driver answers alike. */
export interface PostgresTransaction
  extends Pick<PgDatabase<PgQueryResultHKT, Record<string, never>>, 'insert' | 'select'> {
  execute(statement: SQL): PromiseLike<unknown>;
}

/** An asynchronous Drizzle PostgreSQL database (`drizzle-orm/node-postgres` is the tested one), whatever its schema. */
export interface PostgresDatabase {
  transaction<T>(work: (tx: PostgresTransaction) => Promise<T>, config?: PgTransactionConfig): Promise<T>;
}

/** The driver's own error: Drizzle wraps what a query met. */
export function driverError(error: unknown): unknown {
  const isWrapper = error instanceof Error && (is(error, DrizzleError) || 'query' in error);
  return isWrapper && error.cause !== undefined ? error.cause : error;
}

/** The five characters of SQLSTATE, or null for anything that PostgreSQL did not say. */
export function sqlState(error: unknown): string | null {
  const thrown = driverError(error);
  if (!(thrown instanceof Error) || !('code' in thrown)) return null;
  return typeof thrown.code === 'string' && /^[0-9A-Z]{5}$/.test(thrown.code) ? thrown.code : null;
}

/** True when the wait for somebody else's lock was cut off (`lock_not_available`). */
export function isLocked(error: unknown): boolean {
  return sqlState(error) === '55P03';
}
