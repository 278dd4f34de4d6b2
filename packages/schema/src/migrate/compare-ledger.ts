import type { EmbeddedMigration } from './embedded-migration.js';
import type { LedgerRow } from './ledger-row.js';

/** What a ledger says about the migrations this version of the package has. */
export interface LedgerComparison {
  readonly applied: readonly EmbeddedMigration[];
  readonly pending: readonly EmbeddedMigration[];
  /** Ours, but the ledger holds another text at their place. */
  readonly edited: readonly EmbeddedMigration[];
  /** Rows of migrations this version does not have: a newer one wrote them. */
  readonly unknown: readonly LedgerRow[];
}

/**
 * Compares a ledger with our migrations, by hash.
 *
 * Timestamps only tell *which* fault a row with an unknown hash is: drizzle's own migrator decides what is pending by
 * them, and so skips in silence a migration that was merged late under an older one.
 */
export function compareLedger(rows: readonly LedgerRow[], migrations: readonly EmbeddedMigration[]): LedgerComparison {
  const recorded = new Set(rows.map((row) => row.hash));
  const ours = new Set(migrations.map((migration) => migration.hash));
  const applied = migrations.filter((migration) => recorded.has(migration.hash));
  const missing = migrations.filter((migration) => !recorded.has(migration.hash));
  const strangers = rows.filter((row) => !ours.has(row.hash));

  const edited = new Set<EmbeddedMigration>();
  const unknown: LedgerRow[] = [];
  for (const row of strangers) {
    const place = placeOf(row, missing);
    if (place === null) unknown.push(row);
    else edited.add(place);
  }
  const pending = missing.filter((migration) => !edited.has(migration));
  return { applied, pending, edited: missing.filter((migration) => edited.has(migration)), unknown };
}

/**
 * The missing migration of ours whose place a stranger's row takes, or null when the row is a later version's.
 *
 * It is the one of the same instant, or the next one after it: a migration that was generated anew has a later instant.
 * With none missing from there on, the row came after ours, or a newer version merged it under an older instant.
 */
function placeOf(row: LedgerRow, missing: readonly EmbeddedMigration[]): EmbeddedMigration | null {
  const sameInstant = missing.find((migration) => migration.createdAt === row.createdAt);
  return sameInstant ?? missing.find((migration) => migration.createdAt > row.createdAt) ?? null;
}
