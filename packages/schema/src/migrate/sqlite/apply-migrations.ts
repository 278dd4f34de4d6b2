import { sql } from 'drizzle-orm';
import type { EmbeddedMigration } from '../embedded-migration.js';
import { MigrationFailedError } from '../errors.js';
import { driverCode, driverError, type SqliteDatabase } from './database.js';
import { ensureLedger, recordMigration } from './ledger.js';

/** Carries out migrations and records each in the ledger; runs inside the caller's transaction. */
export function applyMigrations(db: SqliteDatabase, pending: readonly EmbeddedMigration[]): void {
  ensureLedger(db);
  for (const migration of pending) {
    for (const [index, statement] of migration.statements.entries()) {
      explainRefusal(`Migration ${migration.tag}, statement ${index + 1}`, () => db.run(sql.raw(statement)));
    }
    recordMigration(db, migration);
  }
}

/** Names the work when the database refuses a statement; what befalls the file itself (full, locked, read-only) passes as it is. */
export function explainRefusal<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = driverCode(error);
    const isRefusal = code === 'SQLITE_ERROR' || code?.startsWith('SQLITE_CONSTRAINT');
    throw isRefusal ? new MigrationFailedError(what, { cause: driverError(error) }) : driverError(error);
  }
}
