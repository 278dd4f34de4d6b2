import type { EmbeddedMigration } from '../embedded-migration.js';
import {
  MigrationEditedError,
  MigrationForeignTablesError,
  MigrationNewerError,
  MigrationPendingError,
} from '../errors.js';
import type { MigrationResult, MigrationStatus } from '../migration-status.js';
import { applyMigrations } from './apply-migrations.js';
import { driverError, type PostgresDatabase } from './database.js';
import { type Inspection, inspectDatabase } from './inspect-database.js';
import { withMigrationLock } from './with-migration-lock.js';

/** What the three public verbs work with; tests hand in their own. */
export interface MigrationWork {
  readonly db: PostgresDatabase;
  readonly schema: string;
  readonly migrations: readonly EmbeddedMigration[];
  readonly waitMs: number;
}

/** Brings the schema to the newest of the given migrations; see `migrate`. */
export async function runMigrations(work: MigrationWork): Promise<MigrationResult> {
  const { db, schema, migrations, waitMs } = work;
  // Without the lock first: a database that is up to date is only read, also by a role that may not write.
  const seen = checkFit(await inspectNow(work));
  if (seen.comparison.pending.length === 0) return { applied: [], adopted: null };
  return withMigrationLock(db, schema, waitMs, async (tx) => {
    // Looks again, now that nobody else migrates: another process may have done it all while this one waited.
    const { pending } = checkFit(await inspectDatabase(tx, schema, migrations)).comparison;
    if (pending.length > 0) await applyMigrations(tx, schema, pending);
    return { applied: tags(pending), adopted: null };
  });
}

/** Throws unless the schema is exactly at the newest of the given migrations; see `verifyMigrations`. */
export async function verifyLedger(work: MigrationWork): Promise<void> {
  const { pending } = checkFit(await inspectNow(work)).comparison;
  if (pending.length > 0) throw new MigrationPendingError(tags(pending), false);
}

/** Says how far the schema is; see `migrationStatus`. */
export async function readStatus(work: MigrationWork): Promise<MigrationStatus> {
  const { kind, foreign, comparison } = await inspectNow(work);
  return {
    database: kind,
    applied: tags(comparison.applied),
    pending: tags(comparison.pending),
    unknown: comparison.unknown.map((row) => row.hash),
    edited: tags(comparison.edited),
    foreign,
  };
}

async function inspectNow({ db, schema, migrations }: MigrationWork): Promise<Inspection> {
  try {
    return await db.transaction((tx) => inspectDatabase(tx, schema, migrations), {
      isolationLevel: 'repeatable read',
      accessMode: 'read only',
    });
  } catch (error) {
    throw driverError(error);
  }
}

/** Throws when the database is one that must not be touched. */
function checkFit(inspection: Inspection): Inspection {
  const { kind, foreign, comparison } = inspection;
  if (comparison.edited.length > 0) throw new MigrationEditedError(tags(comparison.edited));
  if (comparison.unknown.length > 0) throw new MigrationNewerError(comparison.unknown.map((row) => row.hash));
  if (kind === 'foreign') throw new MigrationForeignTablesError(foreign);
  return inspection;
}

function tags(migrations: readonly EmbeddedMigration[]): readonly string[] {
  return migrations.map((migration) => migration.tag);
}
