import { createHash } from 'node:crypto';
import { type PgConnection, type PgQuery, resultTypes } from './client.js';

/** A statement whose `values` fill its parameters by name. */
export interface Compiled<Row> {
  readonly text: string;
  /** What it was made of. */
  readonly source: StatementSource;
  bind(values: object): PgQuery;
  all(connection: Pick<PgConnection, 'query'>, values: object): Promise<readonly Row[]>;
}

/** A statement as plain data, which another thread can send through a connection of its own. */
export interface StatementSource {
  readonly text: string;
  /** The parameters in order; those with a name are filled at each call. */
  readonly params: readonly unknown[];
  readonly names: readonly (string | null)[];
}

/** Makes a named statement, which each connection prepares at its first use; nothing of Drizzle is loaded for it. */
export function compileText<Row = never>(source: StatementSource): Compiled<Row> {
  const { text, params, names } = source;
  const name = `sisyphus_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
  const bind = (values: object) => {
    const record = values as Readonly<Record<string, unknown>>; // read by name only
    const bound = names.map((key, index) => (key === null ? params[index] : (record[key] ?? null)));
    return { name, text, values: bound, types: resultTypes };
  };
  return {
    text,
    source,
    bind,
    // The selected columns are the model's: the parity check in schema says so.
    all: async (connection, values) => (await connection.query(bind(values))).rows as readonly Row[],
  };
}
