import { getTableColumns, type Placeholder, sql, type Table } from 'drizzle-orm';
import { auditEvents } from '../../../sqlite/audit-events.js';
import { payloads } from '../../../sqlite/other-tables.js';
import { workflowRuns } from '../../../sqlite/workflow-runs.js';
import { workflowSteps } from '../../../sqlite/workflow-steps.js';
import type { SqliteDatabase } from '../database.js';
import type { AdoptedRun } from './adopt-run.js';

/** Prepares the four inserts once and returns what writes a run with them. */
export function prepareRunInsert(db: SqliteDatabase): (adopted: AdoptedRun) => void {
  const payload = db.insert(payloads).values(placeholders(payloads)).onConflictDoNothing().prepare();
  const run = db.insert(workflowRuns).values(placeholders(workflowRuns)).prepare();
  const step = db.insert(workflowSteps).values(placeholders(workflowSteps)).prepare();
  const event = db.insert(auditEvents).values(placeholders(auditEvents)).prepare();
  return (adopted) => {
    for (const row of adopted.payloads) payload.run({ ...row });
    run.run({ ...adopted.run });
    for (const row of adopted.steps) step.run({ ...row });
    for (const row of adopted.events) event.run({ ...row });
  };
}

type Placeholders<T extends Table> = { [Column in keyof T['$inferInsert'] & string]-?: Placeholder<Column> };

function placeholders<T extends Table>(table: T): Placeholders<T> {
  const names = Object.keys(getTableColumns(table));
  // One placeholder for each column, and the columns are the keys of the table's rows.
  return Object.fromEntries(names.map((name) => [name, sql.placeholder(name)])) as Placeholders<T>;
}
