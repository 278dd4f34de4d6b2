import { defaultSchema } from '../../postgres/schema-name.js';
import type { EmbeddedMigration } from '../embedded-migration.js';

const quotedDefault = `"${defaultSchema}"`;

/**
 * A migration's statements for a schema of another name.
 *
 * drizzle-kit names the schema in full wherever it stands, in double quotes, and nothing else of ours has its name. The
 * ledger records the migration under the hash of its published text all the same.
 */
export function statementsInSchema(migration: EmbeddedMigration, schema: string): readonly string[] {
  if (schema === defaultSchema) return migration.statements;
  return migration.statements.map((statement) => statement.replaceAll(quotedDefault, `"${schema}"`));
}

/** The tables that a migration creates, without their schema. */
export function createdTables(migration: EmbeddedMigration): readonly string[] {
  return migration.statements.flatMap((statement) => {
    const [, name] = /^\s*CREATE TABLE (?:IF NOT EXISTS )?"\w+"\."(\w+)"/i.exec(statement) ?? [];
    return name === undefined ? [] : [name];
  });
}
