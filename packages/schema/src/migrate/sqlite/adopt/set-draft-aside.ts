import { sql } from 'drizzle-orm';
import { explainRefusal } from '../apply-migrations.js';
import type { SqliteDatabase } from '../database.js';
import { type DraftTableName, draftShape, draftTableNames, keptName } from '../draft-shape.js';

/**
 * Renames the draft's tables to `draft_<name>`, with their indexes and references; runs inside the caller's transaction.
 *
 * A table the draft's process did not live to create is made empty, so that the copy needs no exceptions.
 */
export function setDraftAside(db: SqliteDatabase): void {
  explainRefusal("Setting the draft's tables aside", () =>
    withRewrittenReferences(db, () => {
      for (const table of draftTableNames) {
        if (tableExists(db, table)) db.run(sql`ALTER TABLE ${name(table)} RENAME TO ${name(keptName(table))}`);
        else db.run(sql`CREATE TABLE ${name(keptName(table))} (${columns(table)})`);
      }
      // They are there already, under these names, unless the draft's process died young; the copy reads by them.
      db.run(sql`CREATE INDEX IF NOT EXISTS idx_audit_run ON ${name(keptName('audit_events'))} (run_id)`);
      db.run(sql`CREATE INDEX IF NOT EXISTS idx_steps_run ON ${name(keptName('workflow_steps'))} (run_id)`);
    }),
  );
}

/** Under `legacy_alter_table` the old steps would go on referring to `workflow_runs`, which is the new table. */
function withRewrittenReferences(db: SqliteDatabase, work: () => void): void {
  const isLegacy = Number(db.values(sql`PRAGMA legacy_alter_table`)[0]?.[0] ?? 0) === 1;
  if (isLegacy) db.run(sql`PRAGMA legacy_alter_table = OFF`);
  try {
    work();
  } finally {
    if (isLegacy) db.run(sql`PRAGMA legacy_alter_table = ON`);
  }
}

function tableExists(db: SqliteDatabase, table: DraftTableName): boolean {
  return db.values(sql`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ${table}`).length > 0;
}

function columns(table: DraftTableName) {
  return sql.join(
    draftShape[table].map((column) => name(column)),
    sql`, `,
  );
}

function name(identifier: string) {
  return sql.identifier(identifier);
}
