import { sql } from 'drizzle-orm';
import type { EmbeddedMigration } from '../embedded-migration.js';
import { MigrationFailedError } from '../errors.js';
import { driverError, type PostgresTransaction, sqlState } from './database.js';
import { ensureLedger, recordMigration } from './ledger.js';
import { statementsInSchema } from './statements-in-schema.js';

/** Carries out migrations in a schema and records each in its ledger; runs inside the caller's transaction. */
export async function applyMigrations(
  tx: PostgresTransaction,
  schema: string,
  pending: readonly EmbeddedMigration[],
): Promise<void> {
  await explainRefusal(`Making the ledger for the schema ${schema}`, () => ensureLedger(tx, schema));
  for (const migration of pending) {
    for (const [index, statement] of statementsInSchema(migration, schema).entries()) {
      await explainRefusal(`Migration ${migration.tag}, statement ${index + 1}`, () => tx.execute(sql.raw(statement)));
    }
    await recordMigration(tx, schema, migration);
  }
}

/** Syntax, missing rights, names that are taken, constraints: what PostgreSQL says of a statement, not of its own state. */
const refusals = /^(22|23|2B|3F|42|0A)/;

/** Names the work when the database refuses a statement; what befalls the server or the connection passes as it is. */
export async function explainRefusal<T>(what: string, work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isRefusal = refusals.test(sqlState(error) ?? '');
    throw isRefusal ? new MigrationFailedError(what, { cause: driverError(error) }) : driverError(error);
  }
}
