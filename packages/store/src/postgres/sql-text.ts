import { getTableColumns, type Table } from 'drizzle-orm';
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core';

/** A table's name in SQL, its schema always included. */
export function tableName(table: PgTable): string {
  const { schema = 'public', name } = getTableConfig(table);
  return `"${schema}"."${name}"`;
}

/** The name in SQL of the column that the model calls `property`. */
export function columnName(table: Table, property: string): string {
  return columnOf(table, property).name;
}

/** The names of the columns, for an INSERT or a SELECT; with `alias` each belongs to it. */
export function columnList(table: Table, properties: readonly string[], alias?: string): string {
  const prefix = alias === undefined ? '' : `${alias}.`;
  return properties.map((property) => prefix + columnName(table, property)).join(', ');
}

/** The columns under their names in the model, for a SELECT whose rows need no mapping. */
export function namedList(table: Table, properties: readonly string[]): string {
  return properties.map((property) => `${columnName(table, property)} AS "${property}"`).join(', ');
}

/** The columns with their types, as `json_to_recordset` wants to hear them. */
export function columnDeclarations(table: Table, properties: readonly string[]): string {
  return properties
    .map((property) => columnOf(table, property))
    .map((column) => `${column.name} ${column.getSQLType()}`)
    .join(', ');
}

/** A row's values under the columns' names, to be sent as JSON; nulls are left out, because what is missing is NULL there. */
export function toColumns(table: Table, row: object): Record<string, unknown> {
  const columns: Record<string, unknown> = {};
  for (const [property, value] of Object.entries(row))
    if (value !== null && value !== undefined) columns[columnName(table, property)] = value;
  return columns;
}

/**
 * A condition that is true of every row and lets the planner expect one.
 *
 * It takes a JSON array for a hundred rows and would then rather read a whole small table than look up each key, with a
 * plan that it keeps while the table grows. The number must be a whole one and never null.
 */
export function expectOneRow(wholeNumber: string): string {
  return `${wholeNumber} % 1 = 0`;
}

function columnOf(table: Table, property: string) {
  const column = getTableColumns(table)[property];
  if (column === undefined) throw new Error(`The table has no column ${property}.`);
  return column;
}
