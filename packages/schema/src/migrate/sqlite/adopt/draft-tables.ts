import { customType, integer, sqliteTable } from 'drizzle-orm/sqlite-core';
import { keptName } from '../draft-shape.js';

/** A column as SQLite has it: the draft's tables let anything into any column, and people edit files by hand. */
const anything = customType<{ data: unknown; driverData: unknown }>({ dataType: () => 'blob' });

/** The draft's runs, where adoption keeps them. */
export const draftRuns = sqliteTable(keptName('workflow_runs'), {
  position: integer('rowid').notNull(),
  id: anything('id'),
  name: anything('name'),
  status: anything('status'),
  input: anything('input'),
  context: anything('context'),
  createdAt: anything('created_at'),
  updatedAt: anything('updated_at'),
});

/** The draft's steps, where adoption keeps them. */
export const draftSteps = sqliteTable(keptName('workflow_steps'), {
  position: integer('rowid').notNull(),
  runId: anything('run_id'),
  stepId: anything('step_id'),
  status: anything('status'),
  result: anything('result'),
  attempts: anything('attempts'),
  updatedAt: anything('updated_at'),
});

/** The draft's events, where adoption keeps them. */
export const draftEvents = sqliteTable(keptName('audit_events'), {
  id: integer('id').notNull(),
  runId: anything('run_id'),
  type: anything('type'),
  payload: anything('payload'),
  timestamp: anything('timestamp'),
});

/** A row of each, as it is read. */
export type DraftRun = typeof draftRuns.$inferSelect;
/** A row of the draft's `workflow_steps`. */
export type DraftStep = typeof draftSteps.$inferSelect;
/** A row of the draft's `audit_events`. */
export type DraftEvent = typeof draftEvents.$inferSelect;

/** All the draft kept of one run, in the order it was written. */
export interface DraftRecords {
  readonly run: DraftRun;
  readonly steps: readonly DraftStep[];
  readonly events: readonly DraftEvent[];
}
