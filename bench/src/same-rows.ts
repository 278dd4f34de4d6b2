import Database from 'better-sqlite3';
import { type Bench, fileIn, within } from './bench.js';
import { openEngine } from './contenders/engine.js';
import { openRaw } from './contenders/raw.js';
import { createTables } from './fixtures/create-tables.js';
import { work } from './workload.js';

const tables = ['workflow_definitions', 'workflow_runs', 'workflow_steps', 'audit_events', 'run_mailbox', 'payloads'];

/** How many rows were compared, in how many tables. */
export interface SameRows {
  readonly rows: number;
  readonly tables: number;
}

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
  for (const [index, row] of engine.entries()) {
    if (row !== raw[index])
      throw new Error(`Raw writes other rows than the engine. Bring bench/src/contenders up to date.
  engine: ${row}
  raw:    ${raw[index]}`);
  }
  if (engine.length !== raw.length) throw new Error(`Raw writes ${raw.length} rows, the engine ${engine.length}.`);
  return { rows: engine.length, tables: tables.length };
}

/** All rows of a file as texts, with what differs from file to file replaced by its kind. */
function readRows(path: string): readonly string[] {
  const db = new Database(path);
  try {
    return tables.flatMap((table) =>
      db
        .prepare(`SELECT * FROM ${table} ORDER BY rowid`)
        .all()
        .map((row) => `${table} ${JSON.stringify(row, replaceVolatile)}`),
    );
  } finally {
    db.close();
  }
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const hash = /[0-9a-f]{64}/g;

function replaceVolatile(column: string, value: unknown): unknown {
  if (typeof value === 'number') return column.endsWith('_at') || column === 'at' ? 'TIME' : value;
  if (typeof value !== 'string') return value;
  if (column === 'worker' || column === 'lease_holder') return 'WORKER';
  // Canonical JSON sorts the keys; the length is the same.
  if (column === 'body') return value.length;
  return value.replace(uuid, 'ID').replace(hash, 'HASH');
}
