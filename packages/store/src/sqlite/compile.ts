import { getTableColumns, is, Param, Placeholder, type Query, type SQL, sql, type Table } from 'drizzle-orm';
import type { SqliteClient } from './client.js';
import { type Compiled, compileText } from './compile-text.js';

/**
 * Prepares a Drizzle query on the driver itself.
 *
 * Drizzle's own prepared queries map every row and parameter again at each call, which costs a third of the speed
 * inside a batch; the SQL stays Drizzle's. Columns must be selected under their names in the model (`namedColumns`).
 */
export function compile<Row = never>(client: SqliteClient, query: { toSQL(): Query }): Compiled<Row> {
  const { sql: text, params } = query.toSQL();
  const names = params.map(placeholderName);
  return compileText(client, {
    text,
    names,
    params: params.map((param, index) => (names[index] === null ? param : null)),
  });
}

function placeholderName(param: unknown): string | null {
  const inner = is(param, Param) ? param.value : param;
  return is(inner, Placeholder) ? inner.name : null;
}

/** A table's columns, selected under their names in the model, so that rows need no mapping. */
export function namedColumns(table: Table): Record<string, SQL.Aliased> {
  const columns = Object.entries(getTableColumns(table));
  return Object.fromEntries(columns.map(([name, column]) => [name, sql`${column}`.as(name)]));
}

/** A placeholder for each name, to be filled by `Compiled`. */
export function placeholders(names: readonly string[]): Record<string, Placeholder> {
  return Object.fromEntries(names.map((name) => [name, sql.placeholder(name)]));
}
