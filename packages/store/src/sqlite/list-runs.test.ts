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

const byStatus = 'workflow_runs_by_status (namespace=? AND status=?';
const byName = 'workflow_runs_by_name (namespace=? AND name=?';

describe('listRuns', () => {
  it.each([
    ['nothing', {}, 'SCAN workflow_runs USING INDEX sqlite_autoindex_workflow_runs_1'],
    [
      'a page after the first',
      { before: 'x' },
      'SEARCH workflow_runs USING INDEX sqlite_autoindex_workflow_runs_1 (id<?)',
    ],
  ])('walks back from the newest run, filtered by %s', (_, filter, plan) => {
    expect(planOf(filter)).toBe(plan);
  });

  it.each([
    // For several SQLite stops at the newest of each: it never reads the whole history.
    ['several statuses', { status: ['completed', 'failed'] }, byStatus],
    ['a status', { status: 'failed' }, byStatus],
    ['a status and a page after the first', { status: 'failed', before: 'x' }, `${byStatus} AND id<?)`],
    ['a name', { name: 'w' }, byName],
    ['a name and a page after the first', { name: 'w', before: 'x' }, `${byName} AND id<?)`],
    ['an idempotency key', { idempotencyKey: 'k' }, 'workflow_runs_idempotency (namespace=? AND idempotency_key=?'],
  ] as const)('searches an index, filtered by %s', (_, filter, index) => {
    expect(planOf(filter)).toContain(`SEARCH workflow_runs USING INDEX ${index}`);
  });

  it.each([
    ['a status', { status: 'failed' }],
    ['a name', { name: 'w' }],
    ['an idempotency key', { idempotencyKey: 'k' }],
  ] as const)('sorts nothing, filtered by %s', (_, filter) => {
    expect(planOf(filter)).not.toContain('TEMP B-TREE');
  });
});
