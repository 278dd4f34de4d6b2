/** The draft's tables by name, each with its columns in order; adoption renames them to `draft_<name>`. */
export const draftShape = {
  workflow_runs: ['id', 'name', 'status', 'input', 'context', 'created_at', 'updated_at'],
  workflow_steps: ['run_id', 'step_id', 'status', 'result', 'attempts', 'updated_at'],
  audit_events: ['id', 'run_id', 'type', 'payload', 'timestamp'],
} as const;

/** The name of one of the draft's tables. */
export type DraftTableName = keyof typeof draftShape;

/** Their names, parents first. */
export const draftTableNames = ['workflow_runs', 'workflow_steps', 'audit_events'] as const satisfies DraftTableName[];

/** What a table of the draft is called once its file is adopted. */
export function keptName<T extends DraftTableName>(table: T): `draft_${T}` {
  return `draft_${table}`;
}

/** True when a table with this name and these columns is one the draft's code made. */
export function isDraftTable(name: string, columns: readonly string[]): boolean {
  const known = draftTableNames.find((table) => table === name);
  return known !== undefined && draftShape[known].join() === columns.join();
}
