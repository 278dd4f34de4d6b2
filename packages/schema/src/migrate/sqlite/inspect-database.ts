import { sql } from 'drizzle-orm';
import { compareLedger, type LedgerComparison } from '../compare-ledger.js';
import type { EmbeddedMigration } from '../embedded-migration.js';
import type { DatabaseKind } from '../migration-status.js';
import type { SqliteDatabase } from './database.js';
import { draftTableNames, isDraftTable, keptName } from './draft-shape.js';
import { readLedger } from './ledger.js';

/** What a database holds, read in one snapshot. */
export interface Inspection {
  readonly kind: DatabaseKind;
  readonly comparison: LedgerComparison;
  /** Tables in the way of `foreign`; else empty. */
  readonly foreign: readonly string[];
}

/**
 * Reads the ledger and, where it is empty, whose tables stand there. Never writes, and takes no write lock.
 *
 * One transaction, so that another process's migration is seen whole or not at all: its tables without its ledger
 * would look foreign.
 */
export function inspectDatabase(db: SqliteDatabase, migrations: readonly EmbeddedMigration[]): Inspection {
  return db.transaction(
    () => {
      const ledger = readLedger(db);
      const comparison = compareLedger(ledger, migrations);
      if (ledger.length > 0) return { kind: 'migrated', comparison, foreign: [] };
      return { ...inspectTables(db, migrations), comparison };
    },
    { behavior: 'deferred' },
  );
}

function inspectTables(
  db: SqliteDatabase,
  migrations: readonly EmbeddedMigration[],
): Pick<Inspection, 'kind' | 'foreign'> {
  const ours = new Set(migrations.flatMap(createdTables));
  const names = db
    .values(sql`SELECT name FROM sqlite_master WHERE type IN ('table', 'view')`)
    .map(([name]) => String(name));
  const inTheWay = names.filter((name) => ours.has(name.toLowerCase()));
  if (inTheWay.length === 0) return { kind: 'new', foreign: [] };

  const strange = inTheWay.filter((name) => !isDraftTable(name, columnsOf(db, name)));
  // The places the draft's tables would be moved to must be free as well.
  const taken = names.filter((name) => draftTableNames.some((table) => keptName(table) === name.toLowerCase()));
  if (strange.length === 0 && taken.length === 0) return { kind: 'draft', foreign: [] };
  return { kind: 'foreign', foreign: strange.length > 0 ? strange : taken };
}

function columnsOf(db: SqliteDatabase, table: string): readonly string[] {
  return db.values(sql`SELECT name FROM pragma_table_info(${table}) ORDER BY cid`).map(([name]) => String(name));
}

/** The tables a migration creates: drizzle-kit quotes names with backticks and starts each statement with its verb. */
function createdTables(migration: EmbeddedMigration): readonly string[] {
  return migration.statements.flatMap((statement) => {
    const [, name] = /^\s*CREATE TABLE (?:IF NOT EXISTS )?[`"](\w+)[`"]/i.exec(statement) ?? [];
    return name === undefined ? [] : [name.toLowerCase()];
  });
}
