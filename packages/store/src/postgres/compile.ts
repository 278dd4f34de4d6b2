import { getTableColumns, is, Param, Placeholder, type Query, type SQL, sql, type Table } from 'drizzle-orm';
import { type Compiled, compileText } from './compile-text.js';

/**
 * Makes a named statement of a Drizzle query; each connection prepares it at its first use.
 *
 * The SQL is Drizzle's; the rows are the driver's, so columns must be selected under their names in the model
 * (`namedColumns`).
 */
export function compile<Row = never>(query: { toSQL(): Query }): Compiled<Row> {
  const { sql: text, params } = query.toSQL();
  const names = params.map(placeholderName);
  return compileText({ text, names, params: params.map((param, index) => (names[index] === null ? param : null)) });
}

/** As `compile`, for SQL that Drizzle cannot express; `$1` and so on stand for the named values in order. */
export function compileSql<Row = never>(text: string, names: readonly string[]): Compiled<Row> {
  return compileText({ text, names, params: names.map(() => null) });
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
