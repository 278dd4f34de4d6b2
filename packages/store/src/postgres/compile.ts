import { createHash } from 'node:crypto';
import { getTableColumns, is, Param, Placeholder, type Query, type SQL, sql, type Table } from 'drizzle-orm';
import { type PgConnection, type PgQuery, resultTypes } from './client.js';

/** A statement whose `values` fill its parameters by name. */
export interface Compiled<Row> {
  readonly text: string;
  bind(values: object): PgQuery;
  all(connection: Pick<PgConnection, 'query'>, values: object): Promise<readonly Row[]>;
}

/**
 * Makes a named statement of a Drizzle query; each connection prepares it at its first use.
 *
 * The SQL is Drizzle's; the rows are the driver's, so columns must be selected under their names in the model
 * (`namedColumns`).
 */
export function compile<Row = never>(query: { toSQL(): Query }): Compiled<Row> {
  const { sql: text, params } = query.toSQL();
  const names = params.map(placeholderName);
  return compileText(text, (record) =>
    names.map((name, index) => (name === null ? params[index] : (record[name] ?? null))),
  );
}

/** As `compile`, for SQL that Drizzle cannot express; `$1` and so on stand for the named values in order. */
export function compileSql<Row = never>(text: string, names: readonly string[]): Compiled<Row> {
  return compileText(text, (record) => names.map((name) => record[name] ?? null));
}

function compileText<Row>(
  text: string,
  bindValues: (record: Readonly<Record<string, unknown>>) => readonly unknown[],
): Compiled<Row> {
  const name = `sisyphus_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
  // Read by name only.
  const bind = (values: object) => ({
    name,
    text,
    values: bindValues(values as Record<string, unknown>),
    types: resultTypes,
  });
  return {
    text,
    bind,
    // The selected columns are the model's: the parity check in schema says so.
    all: async (connection, values) => (await connection.query(bind(values))).rows as readonly Row[],
  };
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
