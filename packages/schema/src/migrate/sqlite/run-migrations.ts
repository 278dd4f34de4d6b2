import type { EmbeddedMigration } from '../embedded-migration.js';
import {
  MigrationEditedError,
  MigrationForeignTablesError,
  MigrationLockedError,
  MigrationNewerError,
  MigrationPendingError,
} from '../errors.js';
import type { MigrationResult, MigrationStatus } from '../migration-status.js';
import { adoptDraft } from './adopt/adopt-draft.js';
import { setDraftAside } from './adopt/set-draft-aside.js';
import { applyMigrations } from './apply-migrations.js';
import { driverError, isBusy, type SqliteDatabase } from './database.js';
import { type Inspection, inspectDatabase } from './inspect-database.js';
import { retryWhileBusy } from './retry-while-busy.js';
import { withBusyTimeout } from './with-busy-timeout.js';

/** What the three public verbs work with; tests hand in their own. */
export interface MigrationWork {
  readonly db: SqliteDatabase;
  readonly migrations: readonly EmbeddedMigration[];
  readonly waitMs: number;
}

/** After this long SQLite gives up for once, and the database is looked at again: the work may have been done by then. */
const longestSqliteWaitMs = 500;

/** Brings the database to the newest of the given migrations; see `migrate`. */
export function runMigrations(work: MigrationWork, now: () => number): MigrationResult {
  return patiently(work, () => {
    // Without the lock first: a file that is up to date must open while somebody else is writing to it.
    if (inspectFit(work).comparison.pending.length === 0) return { applied: [], adopted: null };
    return work.db.transaction(() => migrateLocked(work, now), { behavior: 'immediate' });
  });
}

/** Throws unless the database is exactly at the newest of the given migrations; see `verifyMigrations`. */
export function verifyLedger(work: MigrationWork): void {
  const { kind, comparison } = patiently(work, () => inspectFit(work));
  if (comparison.pending.length > 0) throw new MigrationPendingError(tags(comparison.pending), kind === 'draft');
}

/** Says how far the database is; see `migrationStatus`. */
export function readStatus(work: MigrationWork): MigrationStatus {
  const { kind, foreign, comparison } = patiently(work, () => inspectDatabase(work.db, work.migrations));
  return {
    database: kind,
    applied: tags(comparison.applied),
    pending: tags(comparison.pending),
    unknown: comparison.unknown.map((row) => row.hash),
    edited: tags(comparison.edited),
    foreign,
  };
}

/** Looks again, now that nobody else can write: another process may have done it all while this one waited. */
function migrateLocked(work: MigrationWork, now: () => number): MigrationResult {
  const { kind, comparison } = inspectFit(work);
  const isDraft = kind === 'draft';
  if (isDraft) setDraftAside(work.db);
  applyMigrations(work.db, comparison.pending);
  return { applied: tags(comparison.pending), adopted: isDraft ? adoptDraft(work.db, now()) : null };
}

/** Inspects the database and throws when it is one that must not be touched. */
function inspectFit({ db, migrations }: MigrationWork): Inspection {
  const inspection = inspectDatabase(db, migrations);
  const { kind, foreign, comparison } = inspection;
  if (comparison.edited.length > 0) throw new MigrationEditedError(tags(comparison.edited));
  if (comparison.unknown.length > 0) throw new MigrationNewerError(comparison.unknown.map((row) => row.hash));
  if (kind === 'foreign') throw new MigrationForeignTablesError(foreign);
  return inspection;
}

/** Waits for other processes for at most `waitMs`, both inside SQLite and where SQLite itself does not wait. */
function patiently<T>({ db, waitMs }: MigrationWork, work: () => T): T {
  try {
    return withBusyTimeout(db, Math.min(waitMs, longestSqliteWaitMs), () => retryWhileBusy(work, waitMs));
  } catch (error) {
    throw isBusy(error) ? new MigrationLockedError(waitMs, { cause: driverError(error) }) : driverError(error);
  }
}

function tags(migrations: readonly EmbeddedMigration[]): readonly string[] {
  return migrations.map((migration) => migration.tag);
}
