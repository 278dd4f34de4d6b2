import { type ProcessIdentity, projectedRunColumns, projectedStepColumns } from '@sisyphus-state/schema';
import { workflowRuns, workflowSteps } from '@sisyphus-state/schema/sqlite';
import Database from 'better-sqlite3';
import { getTableColumns } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyRun } from '../changes/verify-run.js';
import { openStore } from '../open-store.js';
import type { WorkflowStore } from '../store.js';
import { completed, json, leaseOf, newRun, runCompleted, runFailed, started } from '../test-support/sample-changes.js';

const holder: ProcessIdentity = { host: 'h', bootId: null, pidNamespace: null, pid: 1, processStart: null };

/** What event 6 (the run failed) said is undone by the resumption after it: no row shows it any more. */
const visible = Array.from({ length: 11 }, (_, index) => index + 1).filter((seq) => seq !== 6);

let client: Database.Database;
let store: WorkflowStore;
const run = newRun({ id: 'r', input: json({ n: 1 }), idempotencyKey: 'k' });

/** Makes a run of which every event matters: retried, failed, resumed, completed. */
beforeEach(async () => {
  client = new Database(':memory:');
  let now = 1000;
  store = await openStore({ client: drizzle({ client }) }, { clock: () => ++now, identity: holder });
  const lease = leaseOf(await store.createRuns([run]));
  await store.record(lease, [started('a'), completed('a', 'x'.repeat(9000)), started('b'), runFailed]);
  const [claim] = await store.claimRuns({ runIds: [run.id], worker: 'w2', leaseMs: 1, mode: 'resume' });
  if (claim?.kind !== 'claimed') throw new Error('A failed run can be resumed.');
  await store.record(claim.lease, [started('b', 2), completed('b', 1, 2), runCompleted]);
  client.pragma('foreign_keys = OFF');
});

afterEach(() => client.close());

async function discrepancies(): Promise<readonly string[]> {
  const [row] = await store.listRuns();
  if (row === undefined) throw new Error('The run is gone.');
  const whole = await store.readRun(row.id);
  if (whole === null) throw new Error('The run is gone.');
  const [steps, events] = [await store.readSteps(row.id), await store.readEvents(row.id)];
  return verifyRun({ run: whole, steps, events }).map(({ where }) => where);
}

/** The name of a model's column in the database, and a value that no column of the sample has. */
function tampered(table: typeof workflowRuns | typeof workflowSteps, column: string): { name: string; value: unknown } {
  const found = Object.entries(getTableColumns(table)).find(([name]) => name === column)?.[1];
  if (!found) throw new Error(`There is no column for ${column}.`);
  return { name: found.name, value: found.dataType === 'number' ? 987_654 : '"tampered"' };
}

describe('verifyRun on a database that was tampered with', () => {
  it('finds nothing before anybody touched it', async () => {
    expect(await discrepancies()).toEqual([]);
  });

  // The namespace says where a run is listed and the id which rows are its own: another one hides it altogether.
  it.each(projectedRunColumns.filter((column) => column !== 'id' && column !== 'namespace'))(
    'reports the run’s %s',
    async (column) => {
      const { name, value } = tampered(workflowRuns, column);
      expect(client.prepare(`UPDATE workflow_runs SET ${name} = ?`).run(value).changes).toBe(1);
      expect(await discrepancies()).toContain(`run.${column}`);
    },
  );

  it.each(projectedStepColumns)('reports a step’s %s', async (column) => {
    const { name, value } = tampered(workflowSteps, column);
    expect(client.prepare(`UPDATE workflow_steps SET ${name} = ? WHERE step_key = 'b'`).run(value).changes).toBe(1);
    const where = column === 'stepKey' ? ['step b', 'step "tampered"'] : [`step b.${column}`];
    expect(await discrepancies()).toEqual(expect.arrayContaining(where));
  });

  it.each(Array.from({ length: 11 }, (_, index) => index + 1))('reports that event %i was deleted', async (seq) => {
    expect(client.prepare('DELETE FROM audit_events WHERE seq = ?').run(seq).changes).toBe(1);
    expect(await discrepancies()).not.toEqual([]);
  });

  it.each(visible)('reports that event %i was made another type', async (seq) => {
    client.prepare("UPDATE audit_events SET type = 'signal_received' WHERE seq = ?").run(seq);
    expect(await discrepancies()).not.toEqual([]);
  });

  it.each(visible)('reports that event %i was called the user’s', async (seq) => {
    client.prepare("UPDATE audit_events SET source = 'user' WHERE seq = ?").run(seq);
    expect(await discrepancies()).not.toEqual([]);
  });

  it.each([
    [
      'an event was added',
      "INSERT INTO audit_events (run_id, seq, type, at, payload) VALUES ('r', 12, 'cancel_requested', 1, '{}')",
    ],
    [
      'two events changed places',
      'UPDATE audit_events SET seq = CASE seq WHEN 4 THEN -5 WHEN 5 THEN -4 END WHERE seq IN (4, 5)',
    ],
    ['an outcome was rewritten', `UPDATE audit_events SET payload = '{"result":2}' WHERE seq = 10`],
    ['an attempt was renumbered', 'UPDATE audit_events SET attempt = 7 WHERE seq = 9'],
    ['an event was moved to another step', "UPDATE audit_events SET step_key = 'a' WHERE seq = 9"],
    ['an event was moved in time', 'UPDATE audit_events SET at = 5 WHERE seq = 11'],
    ['a claim was put under another fence', 'UPDATE audit_events SET fence = 9 WHERE seq = 8'],
    ['a step was deleted', "DELETE FROM workflow_steps WHERE step_key = 'a'"],
    [
      'a step was invented',
      "INSERT INTO workflow_steps (run_id, step_key, step_id, type, status, updated_at) VALUES ('r', 'c', 'c', 't', 'completed', 1)",
    ],
    ['a large value was rewritten', `UPDATE payloads SET body = '"y"'`],
    ['a large value was deleted', 'DELETE FROM payloads'],
  ])('reports that %s', async (_, sql) => {
    client.exec(sql);
    // Places can change only by way of numbers nobody has.
    client.exec('UPDATE audit_events SET seq = -seq WHERE seq < 0');
    expect(await discrepancies()).not.toEqual([]);
  });
});
