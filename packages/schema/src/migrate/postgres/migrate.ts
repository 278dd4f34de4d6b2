import { checkSchemaName, defaultSchema } from '../../postgres/schema-name.js';
import { postgresMigrations } from '../generated/postgres.js';
import type { MigrationResult, MigrationStatus } from '../migration-status.js';
import type { PostgresDatabase } from './database.js';
import { type MigrationWork, readStatus, runMigrations, verifyLedger } from './run-migrations.js';

/** Where the three verbs look, and how they wait. */
export interface MigrateOptions {
  /** The schema that holds the tables; default `sisyphus`. Its ledger is in `<schema>_migrations`. */
  readonly schema?: string;
  /** How long to wait for other processes that migrate, or that use a table in the way; default 30 s. */
  readonly waitMs?: number;
}

const defaultWaitMs = 30_000;

/**
 * Brings a PostgreSQL schema to this version's tables, or leaves it exactly as it was.
 *
 * Any number of processes may call it at once, on a new database or an old one. What is up to date is only read. All that
 * is pending and its ledger rows are one transaction, under an advisory lock. Call it outside any transaction.
 *
 * Throws `MigrationNewerError`, `MigrationEditedError` or `MigrationForeignTablesError` when it must not touch the
 * database, `MigrationLockedError` after `waitMs`, `MigrationFailedError` when a statement was refused (a role that may
 * not create a schema, say), and the driver's own error when the server can't be reached.
 */
export async function migrate(db: PostgresDatabase, options: MigrateOptions = {}): Promise<MigrationResult> {
  return runMigrations(workOn(db, options));
}

/**
 * Throws unless the schema is exactly at this version's migrations; writes nothing.
 *
 * Throws as `migrate` does, and `MigrationPendingError` where `migrate` would act.
 */
export async function verifyMigrations(db: PostgresDatabase, options: MigrateOptions = {}): Promise<void> {
  await verifyLedger(workOn(db, options));
}

/** Says what is applied, pending, unknown, edited and in the way; writes nothing, and throws only what the driver throws. */
export async function migrationStatus(db: PostgresDatabase, options: MigrateOptions = {}): Promise<MigrationStatus> {
  return readStatus(workOn(db, options));
}

function workOn(
  db: PostgresDatabase,
  { schema = defaultSchema, waitMs = defaultWaitMs }: MigrateOptions,
): MigrationWork {
  return { db, schema: checkSchemaName(schema), migrations: postgresMigrations, waitMs };
}
