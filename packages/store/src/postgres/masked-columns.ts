import type { Table } from 'drizzle-orm';
import { columnName } from './sql-text.js';

/** Columns of which a row sets some, told by the bits of one number: one statement then serves every kind of change. */
export interface MaskedColumns {
  readonly properties: readonly string[];
  /** The number that says which of the columns a patch sets. */
  maskOf(patch: object): number;
  /**
   * The patch's values as members of a JSON object under the columns' names, each with a comma before it. Nulls are left
   * out, because what is missing is NULL there, and so is what `instead` sets.
   */
  membersOf(patch: object, instead?: object): string;
  /** `SET` clauses: a column whose bit is set takes `value(column)`, another keeps what it has. */
  assignments(target: string, mask: string, value: (column: string) => string): string;
}

/** Numbers the columns by their place in the list; at most 52, because the number travels as JSON. */
export function maskedColumns(table: Table, properties: readonly string[]): MaskedColumns {
  const bits = new Map(properties.map((property, index) => [property, 2 ** index]));
  const names = new Map(properties.map((property) => [property, `,${JSON.stringify(columnName(table, property))}:`]));
  const known = <T>(value: T | undefined, property: string): T => {
    if (value === undefined) throw new Error(`${property} is no column that a change may set.`);
    return value;
  };
  return {
    properties,
    // Loops, and text put together at once: this runs for each step of each commit, and copies of objects cost more than all else.
    maskOf: (patch) => {
      let mask = 0;
      for (const property in patch) mask += known(bits.get(property), property);
      return mask;
    },
    membersOf: (patch, instead = nothing) => {
      let members = '';
      for (const [property, value] of Object.entries(patch)) {
        if (value === null || value === undefined || property in instead) continue;
        members += known(names.get(property), property) + JSON.stringify(value);
      }
      return members;
    },
    assignments: (target, mask, value) =>
      properties
        .map((property) => {
          const column = columnName(table, property);
          return `${column} = CASE WHEN ${mask} & ${bits.get(property)} = 0 THEN ${target}.${column} ELSE ${value(column)} END`;
        })
        .join(', '),
  };
}

const nothing: object = Object.freeze(Object.create(null));
