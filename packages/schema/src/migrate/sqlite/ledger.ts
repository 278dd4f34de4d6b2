import { sql } from 'drizzle-orm';
import type { EmbeddedMigration } from '../embedded-migration.js';
import { type LedgerRow, ledgerTable } from '../ledger-row.js';
import type { SqliteDatabase } from './database.js';

const ledger = sql.identifier(ledgerTable);

/** Reads the ledger in the order it was written; empty when there is none. */
export function readLedger(db: SqliteDatabase): readonly LedgerRow[] {
  if (!ledgerExists(db)) return [];
  return db
    .values(sql`SELECT hash, created_at FROM ${ledger} ORDER BY rowid`)
    .map(([hash, createdAt]) => ({ hash: String(hash), createdAt: Number(createdAt) }));
}

/** Makes the ledger if there is none, exactly as drizzle's migrator does: the other door must find its own table. */
export function ensureLedger(db: SqliteDatabase): void {
  db.run(sql`CREATE TABLE IF NOT EXISTS ${ledger} (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)`);
}

/** Records a migration; like drizzle's migrator it leaves `id` empty. */
export function recordMigration(db: SqliteDatabase, migration: EmbeddedMigration): void {
  db.run(sql`INSERT INTO ${ledger} ("hash", "created_at") VALUES (${migration.hash}, ${migration.createdAt})`);
}

function ledgerExists(db: SqliteDatabase): boolean {
  return db.values(sql`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ${ledgerTable}`).length > 0;
}
