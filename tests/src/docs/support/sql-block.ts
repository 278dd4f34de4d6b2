import { migrate } from '@sisyphus-state/schema/sqlite';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';

/** Prepares each statement against the tables; says which the database refuses. */
export function checkSql(text: string): readonly string[] {
  const client = new Database(':memory:');
  try {
    migrate(drizzle(client));
    return statementsOf(text).flatMap((statement) => refusal(client, statement));
  } finally {
    client.close();
  }
}

/** Statements end with a semicolon at the end of a line. */
function statementsOf(text: string): readonly string[] {
  return text
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement.replace(/^--.*$/gm, '').trim() !== '');
}

function refusal(client: Database.Database, statement: string): readonly string[] {
  try {
    client.prepare(statement);
    return [];
  } catch (error) {
    return [`${String(error)} in: ${statement}`];
  }
}
