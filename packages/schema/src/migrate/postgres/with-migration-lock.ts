import { sql } from 'drizzle-orm';
import { MigrationLockedError } from '../errors.js';
import { driverError, isLocked, type PostgresDatabase, type PostgresTransaction } from './database.js';

/** Any number that other users of advisory locks are unlikely to have: the first key of our pair. */
const lockFamily = 1_397_314_387;

/**
 * Runs the work in one transaction while no other process migrates this schema.
 *
 * `pg_advisory_xact_lock` goes with the transaction, so it is never left behind, also not by a pooler. Read committed,
 * whatever the role's default: what is read after the wait must show what the process before did. `waitMs` bounds the
 * wait for this lock and for every lock a statement of the migration needs, such as one on a table in use.
 */
export async function withMigrationLock<T>(
  db: PostgresDatabase,
  schema: string,
  waitMs: number,
  work: (tx: PostgresTransaction) => Promise<T>,
): Promise<T> {
  try {
    return await db.transaction(
      async (tx) => {
        // Zero would be "no limit".
        await tx.execute(sql.raw(`SET LOCAL lock_timeout = ${Math.max(1, Math.trunc(waitMs))}`));
        await tx.execute(sql.raw('SET LOCAL statement_timeout = 0'));
        await tx.execute(sql`SELECT pg_advisory_xact_lock(${lockFamily}::int, hashtext(${schema}))`);
        return work(tx);
      },
      { isolationLevel: 'read committed', accessMode: 'read write' },
    );
  } catch (error) {
    throw isLocked(error) ? new MigrationLockedError(waitMs, { cause: driverError(error) }) : driverError(error);
  }
}
