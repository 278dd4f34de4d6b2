import { comparableRow, compareRows, type SameRows, tables } from './comparable-rows.js';
import { openPostgresEngine } from './contenders/postgres-engine.js';
import { openPostgresRaw } from './contenders/postgres-raw.js';
import { connect } from './postgres/connect.js';
import { createDatabase } from './postgres/create-database.js';
import type { PostgresServer } from './postgres/server.js';
import { work } from './workload.js';

/** The order in which a run's rows were written: ids are in the order of time. */
const orders: Readonly<Record<(typeof tables)[number], string>> = {
  workflow_definitions: 'created_at',
  workflow_runs: 'id',
  workflow_steps: 'run_id, first_seq',
  audit_events: 'run_id, seq',
  run_mailbox: 'id',
  payloads: 'sha256',
};

/** As `checkSameRows`, on PostgreSQL. */
export async function checkSamePostgresRows(server: PostgresServer): Promise<SameRows> {
  const left: (readonly string[])[] = [];
  for (const open of [openPostgresEngine, openPostgresRaw]) {
    const url = await createDatabase(server);
    const runner = await open({ url, work });
    await runner.runs({ runs: 2, steps: 3, atATime: 1 });
    await runner.close();
    left.push(await readRows(url));
  }
  const [engine = [], raw = []] = left;
  return compareRows(engine, raw);
}

async function readRows(url: string): Promise<readonly string[]> {
  const client = await connect(url);
  try {
    const rows: string[] = [];
    for (const table of tables) {
      const found = await client.query(`SELECT * FROM sisyphus.${table} ORDER BY ${orders[table]}`);
      rows.push(...found.rows.map((row: unknown) => comparableRow(table, row)));
    }
    return rows;
  } finally {
    await client.end();
  }
}
