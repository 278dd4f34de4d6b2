import type { PotRow, RunRow } from '@sisyphus-state/schema';
import { budgetPots, workflowRuns } from '@sisyphus-state/schema/sqlite';
import { eq, getTableColumns, sql } from 'drizzle-orm';
import type { SqliteClient } from './client.js';
import { compile, namedColumns, placeholders } from './compile.js';
import { compileText } from './compile-text.js';
import type { SyncDatabase } from './statements.js';

const named = sql.placeholder;
const columns = Object.keys(getTableColumns(budgetPots));

/** A pot's row, and the budget of its run. */
export type PotWithBudget = PotRow & Pick<RunRow, 'budget'>;

/** Prepares the statements on pots. */
export function preparePots(db: SyncDatabase, client: SqliteClient) {
  const selected = { ...namedColumns(budgetPots), budget: sql`${workflowRuns.budget}`.as('budget') };
  return {
    /** One that is there stays as it is. */
    insertPot: compile(
      client,
      db
        .insert(budgetPots)
        .values(placeholders(columns) as never) // a placeholder stands for any column
        .onConflictDoNothing(),
    ),
    updatePot: compile(
      client,
      db
        .update(budgetPots)
        .set(placeholders(columns.filter((name) => name !== 'runId')))
        .where(eq(budgetPots.runId, named('runId'))),
    ),
    readPot: compile<PotWithBudget>(
      client,
      db
        .select(selected)
        .from(budgetPots)
        .innerJoin(workflowRuns, eq(workflowRuns.id, budgetPots.runId))
        .where(eq(budgetPots.runId, named('runId'))),
    ),
    /** The pots of a run: its own and its ancestors', the nearest first. */
    potsOf: compileText<Pick<PotRow, 'runId'>>(client, {
      text: `WITH RECURSIVE up (id, parent, depth) AS (
          SELECT id, parent_run_id, 0 FROM workflow_runs WHERE id = ?
          UNION ALL
          SELECT r.id, r.parent_run_id, up.depth + 1 FROM up JOIN workflow_runs r ON r.id = up.parent WHERE up.depth < 1000)
        SELECT up.id AS runId FROM up JOIN budget_pots p ON p.run_id = up.id ORDER BY up.depth`,
      names: ['runId'],
      params: [null],
    }),
  };
}
