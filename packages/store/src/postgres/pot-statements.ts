import type { PotRow, RunRow } from '@sisyphus-state/schema';
import type { SisyphusTables } from '@sisyphus-state/schema/postgres';
import { getTableColumns } from 'drizzle-orm';
import { compileSql } from './compile.js';
import { insertFrom } from './small-statements.js';
import { namedList, tableName } from './sql-text.js';

/** A pot's row, and the budget of its run. */
export type PotWithBudget = PotRow & Pick<RunRow, 'budget'>;

/** A pot that a run draws on. */
export interface PotOfRun {
  readonly runId: string;
  readonly potId: string;
}

/** The statements on pots. */
export function preparePots({ budgetPots, workflowRuns }: SisyphusTables) {
  const [pots, runs] = [tableName(budgetPots), tableName(workflowRuns)];
  const properties = Object.keys(getTableColumns(budgetPots));
  const amounts = properties.filter((property) => property !== 'runId');
  const columns = getTableColumns(budgetPots);
  const sets = Object.entries(columns).flatMap(([property, { name }]) =>
    amounts.includes(property) ? [`${name} = $${amounts.indexOf(property) + 2}::bigint`] : [],
  );
  const rows = (lock: string) => `SELECT p.*, r.budget FROM (
      SELECT ${namedList(budgetPots, properties)} FROM ${pots} WHERE run_id = ANY($1::text[]) ORDER BY run_id ${lock}) p
    JOIN ${runs} r ON r.id = p."runId" ORDER BY p."runId"`;
  return {
    /** In the order of their ids, so that two commits on the same pots wait for each other and never in a circle. */
    lockPots: compileSql<PotWithBudget>(rows('FOR UPDATE'), ['runIds']),
    readPots: compileSql<PotWithBudget>(rows(''), ['runIds']),
    updatePot: compileSql<never>(`UPDATE ${pots} SET ${sets.join(', ')} WHERE run_id = $1`, ['runId', ...amounts]),
    /** One that is there stays as it is. */
    insertPots: compileSql<never>(`${insertFrom(budgetPots, '$1')} ON CONFLICT (run_id) DO NOTHING`, ['rows']),
    /** The pots of runs: each one's own and its ancestors', the nearest first. */
    potsOf: compileSql<PotOfRun>(
      `WITH RECURSIVE up (run, id, parent, depth) AS (
        SELECT id, id, parent_run_id, 0 FROM ${runs} WHERE id = ANY($1::text[])
        UNION ALL
        SELECT up.run, r.id, r.parent_run_id, up.depth + 1 FROM up JOIN ${runs} r ON r.id = up.parent WHERE up.depth < 1000)
      SELECT up.run AS "runId", up.id AS "potId" FROM up JOIN ${pots} p ON p.run_id = up.id ORDER BY up.run, up.depth`,
      ['runIds'],
    ),
  };
}
