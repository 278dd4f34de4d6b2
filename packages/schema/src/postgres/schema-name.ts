import { PgSchema, pgSchema } from 'drizzle-orm/pg-core';

/** The schema that holds the tables unless another is asked for; never `public`, where `payloads` may be somebody else's. */
export const defaultSchema = 'sisyphus';

/** drizzle-kit creates the schema because it finds this export. */
export const sisyphusSchema = pgSchema(defaultSchema);

/** PostgreSQL cuts a longer name in silence; the ledger's schema has this one's name and a suffix. */
const longestName = 63;
const ledgerSuffix = '_migrations';

/** The schema of the ledger: one of its own, because drizzle's migrator makes it before the first migration runs. */
export function ledgerSchemaOf(schema: string): string {
  return `${schema}${ledgerSuffix}`;
}

/** Returns the name if PostgreSQL takes it as it is; throws a `RangeError` that says why not. */
export function checkSchemaName(schema: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_$]*$/.test(schema))
    throw new RangeError(
      `${JSON.stringify(schema)} can't name a PostgreSQL schema here: use letters, digits, _ and $ only.`,
    );
  if (schema.length + ledgerSuffix.length > longestName)
    throw new RangeError(
      `The schema name ${schema} is longer than ${longestName - ledgerSuffix.length} characters: choose a shorter one.`,
    );
  if (/^pg_|^information_schema$/i.test(schema))
    throw new RangeError(`The schema name ${schema} is PostgreSQL's own: choose another one.`);
  return schema;
}

/** Drizzle's way to declare a table in this schema. */
export function tableIn(schema: string) {
  // Not pgSchema(): it refuses `public`, whose tables it wants to find by search_path; ours are always named in full.
  const namespace: PgSchema = schema === defaultSchema ? sisyphusSchema : new PgSchema(schema);
  return namespace.table;
}
