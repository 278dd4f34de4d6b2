import type { SqliteClient } from './client.js';

/** A prepared statement; `values` fill its placeholders by name, the first that has it. */
export interface Compiled<Row> {
  /** What it was prepared from. */
  readonly source: StatementSource;
  run(...values: object[]): number;
  get(values: object): Row | undefined;
  all(values: object): Row[];
}

/** A statement as plain data, which another thread can prepare on a connection of its own. */
export interface StatementSource {
  readonly text: string;
  /** The parameters in order; those with a name are filled at each call. */
  readonly params: readonly unknown[];
  readonly names: readonly (string | null)[];
}

/** Prepares a statement on the driver; nothing of Drizzle is loaded for it. */
export function compileText<Row = never>(client: SqliteClient, source: StatementSource): Compiled<Row> {
  const { text, params, names } = source;
  const statement = client.prepare(text);
  // Loops, because this runs some six times a step.
  const bind = (sources: readonly object[]): unknown[] => {
    const bound: unknown[] = [...params];
    for (let index = 0; index < names.length; index++) {
      const name = names[index];
      if (name !== null && name !== undefined) bound[index] = readFirst(sources, name);
    }
    return bound;
  };
  return {
    source,
    run: (...sources) => Number(statement.run(...bind(sources)).changes),
    // The selected columns are the model's: the parity check in schema says so.
    get: (values) => statement.get(...bind([values])) as Row | undefined,
    all: (values) => statement.all(...bind([values])) as Row[],
  };
}

function readFirst(sources: readonly object[], name: string): unknown {
  for (const source of sources) {
    const value = (source as Readonly<Record<string, unknown>>)[name]; // read by name only
    if (value !== undefined) return value;
  }
  return undefined;
}
