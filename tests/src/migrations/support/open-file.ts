import Database from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';

/** An open file; `client` is for looking at it past Drizzle. */
export interface OpenFile {
  readonly client: Database.Database;
  readonly db: BetterSQLite3Database;
}

/** Opens a file with Drizzle, as a store does. */
export function openFile(file: string, options: Database.Options = {}): OpenFile {
  const client = new Database(file, options);
  return { client, db: drizzle(client) };
}

/** All rows of a query on a file, through a connection of its own. */
export function rowsOf(file: string, query: string, ...values: unknown[]): Record<string, unknown>[] {
  const client = new Database(file);
  try {
    // better-sqlite3 gives every row as an object.
    return client.prepare(query).all(...values) as Record<string, unknown>[];
  } finally {
    client.close();
  }
}

/** Everything a file holds, as text: two equal texts are two equal databases. */
export function dumpOf(file: string): string {
  const objects = rowsOf(file, 'SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name');
  const tables = objects.filter(({ type }) => type === 'table').map(({ name }) => String(name));
  const rows = tables.map((name) => [name, rowsOf(file, `SELECT * FROM "${name}" ORDER BY rowid`)]);
  return JSON.stringify({ objects, rows }, null, 1);
}
