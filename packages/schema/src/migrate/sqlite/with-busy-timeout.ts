import { sql } from 'drizzle-orm';
import type { SqliteDatabase } from './database.js';

/** Runs the work with another `busy_timeout`; the caller's own is back afterwards, whatever happens. */
export function withBusyTimeout<T>(db: SqliteDatabase, timeoutMs: number, work: () => T): T {
  const before = Number(db.values(sql`PRAGMA busy_timeout`)[0]?.[0] ?? 0);
  setBusyTimeout(db, timeoutMs);
  try {
    return work();
  } finally {
    setBusyTimeout(db, before);
  }
}

function setBusyTimeout(db: SqliteDatabase, timeoutMs: number): void {
  db.values(sql.raw(`PRAGMA busy_timeout = ${Math.trunc(timeoutMs)}`));
}
