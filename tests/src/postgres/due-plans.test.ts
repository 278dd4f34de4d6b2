import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countingPool } from './support/counting-pool.js';
import { freeRun } from './support/sample-runs.js';
import { usePostgres } from './support/use-postgres.js';

const postgres = usePostgres();
const limit = 10;
let store: WorkflowStore;
let client: pg.Client;
let pool: pg.Pool;
/** Every text that the store sent. */
const texts = new Set<string>();

beforeAll(async () => {
  const { url } = await postgres.database();
  const counting = countingPool(url, (text) => {
    texts.add(text);
    return text;
  });
  pool = counting.pool;
  store = await openStore({ client: drizzle({ client: pool }) }, { migrate: true });
  client = new pg.Client(url);
  await client.connect();
  await fill();
  await store.findDue({ queues: [{ name: 'q' }], limit });
  await store.claimDue({ queues: [{ name: 'q', perKey: 0 }], limit: 1, worker: 'w', leaseMs: 1000 });
}, 60_000);
afterAll(async () => {
  await store.close();
  await pool.end();
  await client.end();
});

/** Thousands of runs of one key ahead of others, as many that sleep, as many timers that are over, as many that ended. */
async function fill(): Promise<void> {
  const many = (more: object) => store.createRuns(Array.from({ length: 3000 }, () => freeRun({ queue: 'q', ...more })));
  await many({ concurrencyKey: 'full', priority: 1 });
  await many({ wakeAt: Date.now() + 3_600_000, concurrencyKey: 'full' });
  await many({ wakeAt: 1000, concurrencyKey: 'full' });
  await many({});
  await many({ wakeAt: 1000 });
  await many({ name: 'ended' });
  await client.query(`UPDATE sisyphus.workflow_runs SET status = 'completed' WHERE name = 'ended'`);
}

const looks = {
  'for due runs': [`"nextDueAt", due.* FROM clock CROSS JOIN next`, ['q', 'r'], [limit, limit]],
  'key by key': ['timer_key AS (', 'q', limit, 1, ['full'], [1]],
} as const;

const knowledge = [
  ['that knows nothing of the tables', false],
  ['that has analyzed the tables', true],
] as const;
const modes = ['force_generic_plan', 'force_custom_plan'];

describe.each(knowledge)('for a planner %s', (_, isAnalyzed) => {
  beforeAll(async () => {
    await client.query(
      isAnalyzed ? 'ANALYZE' : `DELETE FROM pg_statistic WHERE starelid = 'sisyphus.workflow_runs'::regclass`,
    );
  });

  describe.each(modes)('by %s', (mode) => {
    test.each(Object.entries(looks))(
      'a look %s reads no more rows than it gives',
      async (_name, [marker, ...values]) => {
        const text = [...texts].find((each) => each.includes(marker));
        const nodes = await explain(mode, text ?? '', ['default', [], null, ...values]);
        const scans = nodes.filter((node) => node['Relation Name'] === 'workflow_runs');
        expect(scans.length).toBeGreaterThan(4);
        for (const scan of scans) {
          expect(String(scan['Node Type'])).toMatch(/^Index (Only )?Scan$/);
          expect(scan['Rows Removed by Filter'] ?? 0).toBe(0);
          expect(Number(scan['Actual Rows'])).toBeLessThanOrEqual(limit);
        }
        const sorted = nodes.filter((node) => node['Node Type'] === 'Sort').map((node) => Number(node['Actual Rows']));
        expect(Math.max(...sorted)).toBeLessThanOrEqual(10 * limit);
      },
    );
  });
});

type Node = Readonly<Record<string, unknown>> & { readonly Plans?: readonly Node[] };

/** What each part of a statement's plan did when it ran. */
async function explain(mode: string, text: string, values: readonly unknown[]): Promise<readonly Node[]> {
  // As the store's own pool is set.
  await client.query(`SET plan_cache_mode = ${mode}; SET enable_seqscan = off; SET jit = off`);
  const parameters = values.map((_, index) => `$${index + 1}`).join(', ');
  await client.query(`PREPARE look AS ${text}`);
  try {
    const literals = values.map(literal).join(', ');
    expect(parameters.split(', ')).toHaveLength(values.length);
    const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE look(${literals})`);
    return flatten(rows[0]?.['QUERY PLAN'][0].Plan);
  } finally {
    await client.query('DEALLOCATE look');
  }
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `'{${value.join(',')}}'`;
  return value === null ? 'NULL' : `'${value}'`;
}

function flatten(node: Node): readonly Node[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)];
}
