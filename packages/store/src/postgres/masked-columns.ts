import type { Table } from 'drizzle-orm';
import { columnName } from './sql-text.js';

/** Columns of which a row sets some, told by the bits of one number: one statement then serves every kind of change. */
export interface MaskedColumns {
  readonly properties: readonly string[];
  /** The number that says which of the columns a patch sets. */
  maskOf(patch: object): number;
  /** `SET` clauses: a column whose bit is set takes `value(column)`, another keeps what it has. */
  assignments(target: string, mask: string, value: (column: string) => string): string;
}

/** Numbers the columns by their place in the list; at most 52, because the number travels as JSON. */
export function maskedColumns(table: Table, properties: readonly string[]): MaskedColumns {
  const bits = new Map(properties.map((property, index) => [property, 2 ** index]));
  return {
    properties,
    maskOf: (patch) =>
      Object.keys(patch).reduce((mask, property) => {
        const bit = bits.get(property);
        if (bit === undefined) throw new Error(`${property} is no column that a change may set.`);
        return mask + bit;
      }, 0),
    assignments: (target, mask, value) =>
      properties
        .map((property) => {
          const column = columnName(table, property);
          return `${column} = CASE WHEN ${mask} & ${bits.get(property)} = 0 THEN ${target}.${column} ELSE ${value(column)} END`;
        })
        .join(', '),
  };
}
