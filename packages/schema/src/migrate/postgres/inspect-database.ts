import { sql } from 'drizzle-orm';
import { compareLedger, type LedgerComparison } from '../compare-ledger.js';
import type { EmbeddedMigration } from '../embedded-migration.js';
import type { DatabaseKind } from '../migration-status.js';
import type { PostgresTransaction } from './database.js';
import { readLedger } from './ledger.js';
import { createdTables } from './statements-in-schema.js';

/** What a database holds for one schema; the draft never wrote to PostgreSQL. */
export interface Inspection {
  readonly kind: Exclude<DatabaseKind, 'draft'>;
  readonly comparison: LedgerComparison;
  /** Tables in the way of `foreign`; else empty. */
  readonly foreign: readonly string[];
}

/**
 * Reads the ledger and, where it is empty, whose tables stand in the schema. Never writes.
 *
 * The transaction must show one moment (repeatable read) or hold the migration lock: between two moments another
 * process's tables could be seen without its ledger, and look foreign.
 */
export async function inspectDatabase(
  tx: PostgresTransaction,
  schema: string,
  migrations: readonly EmbeddedMigration[],
): Promise<Inspection> {
  const ledger = await readLedger(tx, schema);
  const comparison = compareLedger(ledger, migrations);
  if (ledger.length > 0) return { kind: 'migrated', comparison, foreign: [] };
  const foreign = await readForeignTables(tx, schema, migrations);
  return { kind: foreign.length === 0 ? 'new' : 'foreign', comparison, foreign };
}

async function readForeignTables(
  tx: PostgresTransaction,
  schema: string,
  migrations: readonly EmbeddedMigration[],
): Promise<readonly string[]> {
  const ours = new Set(migrations.flatMap(createdTables));
  const rows = await tx
    .select({ name: sql<string>`relname` })
    .from(sql`pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace`)
    .where(sql`nspname = ${schema} AND relkind IN ('r', 'p', 'v', 'm', 'f')`)
    .orderBy(sql`relname`);
  return rows.map(({ name }) => name).filter((name) => ours.has(name));
}
