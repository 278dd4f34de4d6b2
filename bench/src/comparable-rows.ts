/** All tables that a run may leave rows in. */
export const tables = [
  'workflow_definitions',
  'workflow_runs',
  'workflow_steps',
  'audit_events',
  'run_mailbox',
  'payloads',
] as const;

/** How many rows were compared, in how many tables. */
export interface SameRows {
  readonly rows: number;
  readonly tables: number;
}

/** A row as a text, with what differs from database to database replaced by its kind. */
export function comparableRow(table: string, row: unknown): string {
  return `${table} ${JSON.stringify(row, replaceVolatile)}`;
}

/** Throws an error that shows the first row in which raw differs from the engine. */
export function compareRows(engine: readonly string[], raw: readonly string[]): SameRows {
  for (const [index, row] of engine.entries()) {
    if (row !== raw[index])
      throw new Error(`Raw writes other rows than the engine. Bring bench/src/contenders up to date.
  engine: ${row}
  raw:    ${raw[index]}`);
  }
  if (engine.length !== raw.length) throw new Error(`Raw writes ${raw.length} rows, the engine ${engine.length}.`);
  return { rows: engine.length, tables: tables.length };
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const hash = /[0-9a-f]{64}/g;

function replaceVolatile(column: string, value: unknown): unknown {
  // PostgreSQL's driver gives a 64-bit number as a text.
  if (typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value)))
    return column.endsWith('_at') || column === 'at' ? 'TIME' : value;
  if (typeof value !== 'string') return value;
  if (column === 'worker' || column === 'lease_holder') return 'WORKER';
  // Canonical JSON sorts the keys; the length is the same.
  if (column === 'body') return value.length;
  return value.replace(uuid, 'ID').replace(hash, 'HASH');
}
