import { migrate } from '@sisyphus-state/schema/sqlite';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../open-store.js';
import type { WorkflowStore } from '../store.js';
import { completed, json, leaseOf, newRun, started } from '../test-support/sample-changes.js';

let client: Database.Database;
let store: WorkflowStore;

beforeEach(async () => {
  client = new Database(':memory:');
  store = await openStore({ client: drizzle({ client }) });
});
afterEach(() => client.close());

const large = (letter: string): string => letter.repeat(9000);
const count = (table: string): unknown => client.prepare(`SELECT count(*) FROM ${table}`).pluck().get();

/** A run that has ended, with a large value at each place that a run has. */
async function endedRun(
  ...values: readonly [input: string, result: string, output: string, note: string]
): Promise<string> {
  const [input, result, output, note] = values;
  const run = newRun({ input: json(input) });
  const lease = leaseOf(await store.createRuns([run]));
  await store.record(lease, [started('a'), completed('a', result)]);
  const mail = [{ kind: 'signal', name: 's', payload: json(note) }];
  await store.transact(run.id, () => ({ changes: [], mail, value: null }));
  await store.logEvent(run.id, 'note', note);
  await store.record(lease, [{ type: 'workflow_completed', output: json(output), context: json(output) }]);
  return run.id;
}

describe('deleting runs', () => {
  it('leaves no row behind in any table', async () => {
    const ids = [await endedRun(large('a'), large('b'), large('c'), large('d')), await endedRun('1', '2', '3', '4')];
    expect(count('payloads')).toBe(4);
    expect(await store.deleteRuns(ids)).toBe(2);
    for (const table of ['workflow_runs', 'workflow_steps', 'audit_events', 'run_mailbox', 'payloads'])
      expect(count(table)).toBe(0);
    expect(client.pragma('foreign_key_check')).toEqual([]);
  });

  it('keeps each large value exactly as long as somebody refers to it, from wherever', async () => {
    const first = await endedRun(large('a'), large('b'), large('c'), large('d'));
    const second = await endedRun(large('d'), large('c'), large('b'), large('a'));
    const third = await endedRun(large('z'), large('a'), 'small', 'small');
    expect(count('payloads')).toBe(5);
    await store.deleteRuns([first]);
    expect(count('payloads')).toBe(5);
    await store.deleteRuns([second]);
    expect(count('payloads')).toBe(2);
    await store.deleteRuns([third]);
    expect(count('payloads')).toBe(0);
  });

  it('touches no value that none of the deleted runs had', async () => {
    client.prepare('INSERT INTO payloads VALUES (?, 1, ?)').run('somebody else’s', 'x');
    await store.deleteRuns([await endedRun(large('a'), 'x', 'x', 'x')]);
    expect(client.prepare('SELECT sha256 FROM payloads').pluck().all()).toEqual(['somebody else’s']);
  });

  it('finds references by their indexes', () => {
    migrate(drizzle({ client }));
    const tables = {
      workflow_runs: ['input_ref', 'context_ref', 'output_ref'],
      workflow_steps: ['result_ref'],
      audit_events: ['payload_ref'],
      run_mailbox: ['payload_ref'],
    };
    for (const [table, columns] of Object.entries(tables))
      for (const column of columns) {
        const [plan] = client.prepare(`EXPLAIN QUERY PLAN SELECT 1 FROM ${table} WHERE ${column} = ?`).all('hash');
        expect(Object.values(plan ?? {}).at(-1)).toMatch(/USING (COVERING )?INDEX/);
      }
  });
});
