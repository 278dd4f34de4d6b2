import Database from 'better-sqlite3';
import { type Bench, fileIn, within } from './bench.js';
import { comparableRow, compareRows, type SameRows, tables } from './comparable-rows.js';
import { openEngine } from './contenders/engine.js';
import { openRaw } from './contenders/raw.js';
import { createTables } from './fixtures/create-tables.js';
import { work } from './workload.js';

/**
 * Lets engine and raw do the same runs and compares all rows they leave: a raw contender that writes less would be a
 * false measure. Ids, hashes, times and names of workers are only compared by their kind.
 */
export async function checkSameRows(bench: Bench): Promise<SameRows> {
  const inner = within(bench, 'same-rows');
  const [engine, raw] = await Promise.all(
    ([openEngine, openRaw] as const).map(async (open, index) => {
      const path = fileIn(inner, `${index}`);
      await createTables(path, 'engine');
      const contender = await open({ path, synchronous: 'NORMAL', work });
      await contender.runs({ runs: 2, steps: 3, atATime: 1 });
      await contender.foreach({ items: 3, atATime: 1 });
      await contender.close();
      return readRows(path);
    }),
  );
  if (engine === undefined || raw === undefined) throw new Error('Two files were written.');
  return compareRows(engine, raw);
}

/** All rows of a file as texts, with what differs from file to file replaced by its kind. */
function readRows(path: string): readonly string[] {
  const db = new Database(path);
  try {
    return tables.flatMap((table) =>
      db
        .prepare(`SELECT * FROM ${table} ORDER BY rowid`)
        .all()
        .map((row) => comparableRow(table, row)),
    );
  } finally {
    db.close();
  }
}
