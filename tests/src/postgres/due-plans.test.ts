import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countingPool } from './support/counting-pool.js';
import { freeRun } from './support/sample-runs.js';
import { usePostgres } from './support/use-postgres.js';

const postgres = usePostgres();
const limit = 10;
const many = 1500;
const open: (() => Promise<unknown>)[] = [];
/** Every text that a store sent. */
const texts = new Set<string>();

beforeAll(async () => {
  const { store } = await makeDatabase();
  await fillDue(store);
  const queues = [{ name: 'q', perKey: 1 }];
  await store.findDue({ queues, limit });
  await store.claimDue({ queues, limit: 5, worker: 'w', leaseMs: 1000 });
}, 60_000);
afterAll(async () => {
  for (const close of open.reverse()) await close();
});

/** What each of the looks is known by, and what it is asked with. */
const looks = {
  'for due runs': [`"nextDueAt", due.* FROM clock CROSS JOIN next`, `'default', '{}', NULL, '{q,r}', '{10,10}'`],
  'key by key': ['timer_key AS (', `'default', '{}', NULL, 'q', 10, 1, '{full}', '{1}'`],
  'at what is held': ['count(*)::int AS held', `'default', '{q,r}'`],
  'at runs to lock': ['FROM unnest($1::text[]) AS c (id) CROSS JOIN LATERAL', `'{a,b,c}', 10, NULL`],
} as const;

/** What the planner knows when it plans: nothing, the past, or all there is. */
const states = {
  'that planned when there were no runs': { prepareFirst: true, analyze: 'never' },
  'that knows nothing of the runs': { prepareFirst: false, analyze: 'never' },
  'that knows how they were when all had ended': { prepareFirst: false, analyze: 'before' },
  'that knows how they are': { prepareFirst: false, analyze: 'after' },
} as const;

describe.each(Object.entries(states))('for a planner %s', (_, { prepareFirst, analyze }) => {
  let client: pg.Client;
  beforeAll(async () => {
    const made = await makeDatabase();
    client = made.client;
    if (prepareFirst) await prepareLooks(client);
    await made.store.createRuns(Array.from({ length: many }, () => freeRun({ queue: 'q', wakeAt: null })));
    await client.query(`UPDATE sisyphus.workflow_runs SET status = 'completed'`);
    if (analyze === 'before') await client.query('ANALYZE');
    await fillDue(made.store);
    if (analyze === 'after') await client.query('ANALYZE');
    if (!prepareFirst) await prepareLooks(client);
  }, 60_000);

  test.each(Object.entries(looks))('a look %s reads no more rows than it gives', async (name, [, values]) => {
    const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE ${statementName(name)}(${values})`);
    const nodes = flatten(rows[0]?.['QUERY PLAN'][0].Plan);
    const scans = nodes.filter((node) => node['Relation Name'] === 'workflow_runs');
    expect(scans.length).toBeGreaterThan(0);
    for (const scan of scans) {
      expect(String(scan['Node Type'])).toMatch(/^Index (Only )?Scan$/);
      expect(scan['Rows Removed by Filter'] ?? 0).toBe(0);
      expect(Number(scan['Actual Rows'])).toBeLessThanOrEqual(limit);
    }
    const sorted = nodes.filter((node) => node['Node Type'] === 'Sort').map((node) => Number(node['Actual Rows']));
    expect(Math.max(0, ...sorted)).toBeLessThanOrEqual(10 * limit);
  });
});

/** A migrated database whose statistics are made when a test says so, and a session set as the store's own are. */
async function makeDatabase(): Promise<{ readonly store: WorkflowStore; readonly client: pg.Client }> {
  const { url } = await postgres.database();
  const { pool } = countingPool(url, (text) => {
    texts.add(text);
    return text;
  });
  open.push(() => pool.end());
  const store = await openStore({ client: drizzle({ client: pool }) }, { migrate: true });
  open.push(() => store.close());
  const client = new pg.Client(url);
  await client.connect();
  open.push(() => client.end());
  await client.query('ALTER TABLE sisyphus.workflow_runs SET (autovacuum_enabled = false)');
  await client.query('SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off');
  return { store, client };
}

/** Runs of one key ahead of others, as many that sleep, as many timers that are over. */
async function fillDue(store: WorkflowStore): Promise<void> {
  const put = (more: object) => store.createRuns(Array.from({ length: many }, () => freeRun({ queue: 'q', ...more })));
  await put({ concurrencyKey: 'full', priority: 1 });
  await put({ wakeAt: Date.now() + 3_600_000, concurrencyKey: 'full' });
  await put({ wakeAt: 1000, concurrencyKey: 'full' });
  await put({});
  await put({ wakeAt: 1000 });
}

async function prepareLooks(client: pg.Client): Promise<void> {
  for (const [name, [marker]] of Object.entries(looks)) {
    const text = [...texts].find((each) => each.includes(marker));
    await client.query(`PREPARE ${statementName(name)} AS ${text}`);
  }
}

function statementName(name: string): string {
  return name.replaceAll(' ', '_');
}

type Node = Readonly<Record<string, unknown>> & { readonly Plans?: readonly Node[] };

function flatten(node: Node): readonly Node[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)];
}
