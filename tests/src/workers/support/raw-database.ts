import Database from 'better-sqlite3';
import pg from 'pg';
import type { World } from './world.js';

type Row = Readonly<Record<string, unknown>>;

/** Runs SQL on a world's database past every store, with the tables' names as they are in SQLite. */
export async function runSql(here: World, text: string): Promise<readonly Row[]> {
  if (here.dialect === 'sqlite') {
    const client = new Database(here.location);
    try {
      const statement = client.prepare<[], Row>(text);
      if (statement.reader) return statement.all();
      statement.run();
      return [];
    } finally {
      client.close();
    }
  }
  const client = new pg.Client({ connectionString: here.location, options: '-c search_path=sisyphus' });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** All rows of all tables, as texts, to compare with what is there later. */
export async function dumpTables(here: World): Promise<ReadonlyMap<string, readonly string[]>> {
  const tables = await runSql(
    here,
    here.dialect === 'sqlite'
      ? `SELECT name FROM sqlite_schema WHERE type = 'table'`
      : `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'sisyphus'`,
  );
  const dump = new Map<string, readonly string[]>();
  for (const { name } of tables) {
    const rows = await runSql(here, `SELECT * FROM "${name}"`);
    dump.set(String(name), rows.map((row) => JSON.stringify(row)).sort());
  }
  return dump;
}
