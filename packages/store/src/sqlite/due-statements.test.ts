import { migrate } from '@sisyphus-state/schema/sqlite';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { describe, expect, it } from 'vitest';
import { prepareDue } from './due-statements.js';
import { prepareStatements } from './statements.js';

/** How SQLite carries out each statement; `analyzed`: knowing how a file with many finished runs is filled. */
function plansOf({ analyzed }: { readonly analyzed: boolean }): ReadonlyMap<string, string> {
  const client = new Database(':memory:');
  const db = drizzle({ client });
  migrate(db);
  if (analyzed) fill(client);
  const plans = new Map<string, string>();
  const texts: string[] = [];
  const spy = {
    get inTransaction() {
      return client.inTransaction;
    },
    close: () => {},
    prepare: (sql: string) => {
      texts.push(sql);
      return client.prepare(sql);
    },
  };
  const names = Object.keys(prepareDue(spy));
  for (const [index, name] of names.entries()) plans.set(name, explain(client, texts[index] ?? ''));
  texts.length = 0;
  prepareStatements(db, spy);
  plans.set('renewLeases', explain(client, texts.find((text) => text.includes('json_each(?) AS lease')) ?? ''));
  client.close();
  return plans;
}

function explain(client: Database.Database, text: string): string {
  const parameters = Array.from({ length: text.split('?').length - 1 }, () => null);
  const rows: unknown[] = client.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...parameters);
  return rows.map((row) => Object.values(row ?? {}).at(-1)).join('\n');
}

function fill(client: Database.Database): void {
  const insert = client.prepare(
    `INSERT INTO workflow_runs (id, name, status, root_run_id, queue, priority, wake_at, concurrency_key, lease_worker, created_at, updated_at)
     VALUES (?, 'w', ?, 'r', ?, ?, ?, ?, ?, 1, 1)`,
  );
  for (let n = 0; n < 2000; n++) {
    const status = n < 1000 ? 'completed' : (['pending', 'pending', 'waiting', 'running'][n % 4] ?? '');
    const isTimer = status === 'waiting' || (status === 'pending' && n % 8 < 4);
    const worker = status === 'running' ? 'w' : null;
    insert.run(`r${n}`, status, `q${n % 3}`, n % 5, isTimer ? n : null, n % 7 ? `k${n % 9}` : null, worker);
  }
  client.exec('ANALYZE');
}

const ofQueue = '(namespace=? AND queue=?';
const searches: readonly (readonly [statement: string, plan: string])[] = [
  ['dueReady', `workflow_runs_ready ${ofQueue})`],
  ['dueReadyWithoutKey', `workflow_runs_ready_by_key ${ofQueue} AND concurrency_key=?)`],
  ['dueReadyOfKey', `workflow_runs_ready_by_key ${ofQueue} AND concurrency_key=?)`],
  ['dueTimers', `workflow_runs_timers ${ofQueue} AND wake_at<?)`],
  ['dueTimersOfPriority', `workflow_runs_timers_by_priority ${ofQueue} AND priority=? AND wake_at<?)`],
  ['dueTimersWithoutKey', `workflow_runs_timers_by_key ${ofQueue} AND concurrency_key=? AND wake_at<?)`],
  ['dueTimersOfKey', `workflow_runs_timers_by_key ${ofQueue} AND concurrency_key=? AND wake_at<?)`],
  ['nextTimerPriority', `workflow_runs_timers_by_priority ${ofQueue} AND priority<?)`],
  ['nextTimer', `workflow_runs_timers ${ofQueue} AND wake_at>?)`],
  ['nextReadyKey', `workflow_runs_ready_by_key ${ofQueue} AND concurrency_key>?)`],
  ['nextTimerKey', `workflow_runs_timers_by_key ${ofQueue} AND concurrency_key>?)`],
  ['dueDeadlines', `workflow_runs_deadline ${ofQueue} AND deadline_at<?)`],
  ['nextDeadline', `workflow_runs_deadline ${ofQueue} AND deadline_at>?)`],
  ['countHeld', `workflow_runs_held ${ofQueue})`],
  ['readHeld', `workflow_runs_held ${ofQueue})`],
];

describe.each([{ analyzed: false }, { analyzed: true }])('the statements of queues, analyzed: $analyzed', (state) => {
  const plans = plansOf(state);

  it.each(searches)('%s follows one index', (statement, plan) => {
    const found = plans.get(statement) ?? '';
    expect(found).toContain(`INDEX ${plan}`);
  });

  it.each(searches)('%s sorts nothing', (statement) => {
    expect(plans.get(statement)).not.toContain('TEMP B-TREE');
  });

  it('finds each lease of a renewal by its run’s id', () => {
    const plan = plans.get('renewLeases') ?? '';
    expect(plan).toContain('SCAN lease VIRTUAL TABLE');
    expect(plan).toContain('SEARCH workflow_runs USING INDEX sqlite_autoindex_workflow_runs_1 (id=?)');
  });

  it('are all looked at here', () => {
    expect([...plans.keys()].sort()).toEqual([...searches.map(([statement]) => statement), 'renewLeases'].sort());
  });
});
