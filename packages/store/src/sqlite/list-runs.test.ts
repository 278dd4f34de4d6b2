import { runStatuses } from '@sisyphus-state/schema';
import { migrate } from '@sisyphus-state/schema/sqlite';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { RunFilter } from '../store-types.js';
import { listRuns } from './list-runs.js';

const client = new Database(':memory:');
migrate(drizzle({ client }));

/** How SQLite would carry a list out. */
function planOf(filter: RunFilter): string {
  let plan = '';
  const spy = {
    get inTransaction() {
      return client.inTransaction;
    },
    close: () => {},
    prepare: (sql: string) => ({
      run: () => ({ changes: 0 }),
      get: () => undefined,
      all: (...params: unknown[]) => {
        const rows: unknown[] = client.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...params);
        plan = rows.map((row) => Object.values(row ?? {}).at(-1)).join('\n');
        return [];
      },
    }),
  };
  listRuns(spy, filter);
  return plan;
}

const byNamespace = 'workflow_runs_by_namespace (namespace=?';
const byStatus = 'workflow_runs_by_status (namespace=? AND status=?';
const byName = 'workflow_runs_by_name (namespace=? AND name=? AND status=?';

describe('listRuns', () => {
  it.each([
    ['nothing', {}, `INDEX ${byNamespace})`],
    ['a page after the first', { before: 'x' }, `INDEX ${byNamespace} AND id<?)`],
    [
      'an idempotency key',
      { idempotencyKey: 'k' },
      'INDEX workflow_runs_idempotency (namespace=? AND idempotency_key=?)',
    ],
  ])('walks back along one index from the newest run, filtered by %s (pitfall 33)', (_, filter, plan) => {
    expect(planOf(filter)).toBe(`SEARCH workflow_runs USING ${plan}`);
  });

  it.each([
    ['a status', { status: 'failed' }, 1, `${byStatus})`],
    ['several statuses', { status: ['completed', 'failed'] }, 2, `${byStatus})`],
    ['a status and a page after the first', { status: 'failed', before: 'x' }, 1, `${byStatus} AND id<?)`],
    ['a name', { name: 'w' }, runStatuses.length, `${byName})`],
    ['a name and a status', { name: 'w', status: 'failed' }, 1, `${byName})`],
    ['a name and a page after the first', { name: 'w', before: 'x' }, runStatuses.length, `${byName} AND id<?)`],
  ] as const)('finds the newest of each status in an index alone, filtered by %s', (_, filter, parts, index) => {
    const [runs, ...rest] = planOf(filter).split('\n');
    expect(runs).toBe('SEARCH workflow_runs USING INDEX sqlite_autoindex_workflow_runs_1 (id=?)');
    const searches = rest.filter((line) => line.startsWith('SEARCH'));
    expect(searches).toEqual(Array.from({ length: parts }, () => `SEARCH workflow_runs USING COVERING INDEX ${index}`));
    expect(planOf(filter)).not.toContain('TEMP B-TREE');
  });

  it('asks nothing for a list of no status', () => {
    expect(planOf({ status: [] })).toBe('');
  });
});
