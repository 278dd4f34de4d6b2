import { runStatuses } from '@sisyphus-state/schema';
import { openStore, type RunFilter, type WorkflowStore } from '@sisyphus-state/store';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countingPool } from './support/counting-pool.js';
import { freeRun } from './support/sample-runs.js';
import { usePostgres } from './support/use-postgres.js';

const postgres = usePostgres();
let store: WorkflowStore;
let client: pg.Client;
let pool: pg.Pool;
let lastText = '';

beforeAll(async () => {
  const { url } = await postgres.database();
  const counting = countingPool(url, (text) => {
    lastText = text;
    return text;
  });
  pool = counting.pool;
  store = await openStore({ client: drizzle({ client: pool }) }, { migrate: true });
  client = new pg.Client(url);
  await client.connect();
  // All of one namespace, name and status: what the planner knows leads it to expect any filter's runs everywhere.
  await store.createRuns(Array.from({ length: 2000 }, () => freeRun()));
  await client.query('ANALYZE');
  // As the store's own pool is set.
  await client.query('SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off');
});
afterAll(async () => {
  await store.close();
  await pool.end();
  await client.end();
});

/** The scans of the runs' table by which PostgreSQL would read a list. */
async function scansOf(filter: RunFilter): Promise<readonly string[]> {
  await store.listRuns(filter);
  const count = Math.max(...[...lastText.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
  await client.query(`PREPARE list AS ${lastText}`);
  try {
    // The number one is a text as well as a limit.
    const { rows } = await client.query(`EXPLAIN (COSTS OFF) EXECUTE list(${Array(count).fill(`'1'`).join(', ')})`);
    const scan = /(Index (?:Only )?Scan (?:Backward )?using \w+) on workflow_runs/;
    const plan = rows.map((row) => String(row['QUERY PLAN']));
    // What the primary key gives is looked up by id, and the way round says nothing.
    expect(plan.filter((line) => /Join|Filter: .*id = ANY/.test(line))).toEqual([]);
    return plan.flatMap((line) => scan.exec(line)?.[1] ?? []).map((each) => each.replace(/ Backward(?=.*_pkey)/, ''));
  } finally {
    await client.query('DEALLOCATE list');
  }
}

const ofNamespace = 'Index Scan Backward using workflow_runs_by_namespace';
const ofStatus = 'Index Only Scan Backward using workflow_runs_by_status';
const ofName = 'Index Only Scan Backward using workflow_runs_by_name';
const whole = 'Index Scan using workflow_runs_pkey';

describe('a list on PostgreSQL walks back along its own index, whatever the planner expects (pitfall 33)', () => {
  test.each([
    ['of a namespace', {}, [ofNamespace]],
    ['of a namespace, a page after the first', { before: 'x' }, [ofNamespace]],
    ['of a status', { status: 'failed' }, [ofStatus, whole]],
    ['of several statuses', { status: ['failed', 'paused'], before: 'x' }, [ofStatus, ofStatus, whole]],
    ['of a name', { name: 'w' }, [...runStatuses.map(() => ofName), whole]],
    ['of a name and a status', { name: 'w', status: 'failed', before: 'x' }, [ofName, whole]],
    ['of an idempotency key', { idempotencyKey: 'k' }, ['Index Scan using workflow_runs_idempotency']],
  ] as const)('%s', async (_, filter, scans) => {
    expect([...(await scansOf(filter))].sort()).toEqual([...scans].sort());
  });
});
