import { DrizzleError, is } from 'drizzle-orm';
import type { BaseSQLiteDatabase } from 'drizzle-orm/sqlite-core';

/**
 * A synchronous Drizzle SQLite database: `drizzle-orm/better-sqlite3` or `drizzle-orm/bun-sqlite`, whatever its schema.
 *
 * Only what both drivers do alike is asked for; raw reads go through `values`, which gives arrays on both.
 */
export interface SqliteDatabase
  extends Pick<BaseSQLiteDatabase<'sync', unknown, Record<string, never>>, 'run' | 'values' | 'insert' | 'select'> {
  transaction<T>(work: () => T, config?: { readonly behavior?: 'deferred' | 'immediate' | 'exclusive' }): T;
}

/** The driver's own error: Drizzle's `run` wraps it, the other verbs do not. */
export function driverError(error: unknown): unknown {
  return is(error, DrizzleError) && error.cause !== undefined ? error.cause : error;
}

/** The driver's error code (`SQLITE_BUSY_SNAPSHOT`), or null for anything else that was thrown. */
export function driverCode(error: unknown): string | null {
  const thrown = driverError(error);
  if (!(thrown instanceof Error) || !('code' in thrown)) return null;
  return typeof thrown.code === 'string' && thrown.code.startsWith('SQLITE_') ? thrown.code : null;
}

/** True for what SQLite says when another connection is in the way, extended codes included. */
export function isBusy(error: unknown): boolean {
  return driverCode(error)?.startsWith('SQLITE_BUSY') ?? false;
}
