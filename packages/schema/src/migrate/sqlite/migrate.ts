import { sqliteMigrations } from '../generated/sqlite.js';
import type { MigrationResult, MigrationStatus } from '../migration-status.js';
import type { SqliteDatabase } from './database.js';
import { readStatus, runMigrations, verifyLedger } from './run-migrations.js';

/** How the three verbs wait. */
export interface MigrateOptions {
  /** How long to wait, blocking the thread, for other processes that write or migrate; default 30 s. */
  readonly waitMs?: number;
}

const defaultWaitMs = 30_000;

/**
 * Brings a SQLite database to this version's tables, or leaves it exactly as it was.
 *
 * Any number of processes may call it at once on one file, new or old. An up-to-date file is only read: no write lock is
 * taken. All that is pending, its ledger rows, and the adoption of a file made by the draft's code are one transaction
 * (`BEGIN IMMEDIATE`); the connection's `busy_timeout` is back afterwards. Call it outside any transaction.
 *
 * Throws `MigrationNewerError`, `MigrationEditedError` or `MigrationForeignTablesError` when it must not touch the
 * database, `MigrationLockedError` after `waitMs`, `MigrationFailedError` when a statement was refused, and the driver's
 * own error for a file that is full, read-only, damaged or no database.
 */
export function migrate(db: SqliteDatabase, options: MigrateOptions = {}): MigrationResult {
  return runMigrations(workOn(db, options), Date.now);
}

/**
 * Throws unless the database is exactly at this version's migrations; writes nothing.
 *
 * Throws as `migrate` does, and `MigrationPendingError` where `migrate` would act.
 */
export function verifyMigrations(db: SqliteDatabase, options: MigrateOptions = {}): void {
  verifyLedger(workOn(db, options));
}

/** Says what is applied, pending, unknown, edited and in the way; writes nothing, and throws only what the driver throws. */
export function migrationStatus(db: SqliteDatabase, options: MigrateOptions = {}): MigrationStatus {
  return readStatus(workOn(db, options));
}

function workOn(db: SqliteDatabase, { waitMs = defaultWaitMs }: MigrateOptions) {
  return { db, migrations: sqliteMigrations, waitMs };
}
