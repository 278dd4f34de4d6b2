import { sql } from 'drizzle-orm';
import { ledgerSchemaOf } from '../../postgres/schema-name.js';
import type { EmbeddedMigration } from '../embedded-migration.js';
import { type LedgerRow, ledgerTable } from '../ledger-row.js';
import type { PostgresTransaction } from './database.js';

/** Reads the ledger of a schema's tables in the order it was written; empty when there is none. */
export async function readLedger(tx: PostgresTransaction, schema: string): Promise<readonly LedgerRow[]> {
  if (!(await ledgerExists(tx, schema))) return [];
  const rows = await tx
    .select({ hash: sql<string>`hash`, createdAt: sql<string>`created_at` })
    .from(ledgerOf(schema))
    .orderBy(sql`id`);
  return rows.map(({ hash, createdAt }) => ({ hash, createdAt: Number(createdAt) }));
}

/**
 * Makes the ledger if there is none, exactly as drizzle's migrator does: the other door must find its own table.
 *
 * What is there is not made again: `CREATE SCHEMA IF NOT EXISTS` asks for the right to create one all the same.
 */
export async function ensureLedger(tx: PostgresTransaction, schema: string): Promise<void> {
  if (await ledgerExists(tx, schema)) return;
  await tx.execute(sql`CREATE SCHEMA IF NOT EXISTS ${sql.identifier(ledgerSchemaOf(schema))}`);
  await tx.execute(
    sql`CREATE TABLE IF NOT EXISTS ${ledgerOf(schema)} (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint)`,
  );
}

/** Records a migration as drizzle's migrator does. */
export async function recordMigration(
  tx: PostgresTransaction,
  schema: string,
  migration: EmbeddedMigration,
): Promise<void> {
  await tx.execute(
    sql`INSERT INTO ${ledgerOf(schema)} ("hash", "created_at") VALUES (${migration.hash}, ${migration.createdAt})`,
  );
}

async function ledgerExists(tx: PostgresTransaction, schema: string): Promise<boolean> {
  const found = await tx
    .select({ one: sql`1` })
    .from(sql`pg_catalog.pg_tables`)
    .where(sql`schemaname = ${ledgerSchemaOf(schema)} AND tablename = ${ledgerTable}`);
  return found.length > 0;
}

function ledgerOf(schema: string) {
  return sql`${sql.identifier(ledgerSchemaOf(schema))}.${sql.identifier(ledgerTable)}`;
}
