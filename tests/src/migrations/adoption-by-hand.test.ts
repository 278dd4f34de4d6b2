import { join } from 'node:path';
import {
  auditEvents,
  migrate,
  migrationStatus,
  payloads,
  workflowRuns,
  workflowSteps,
} from '@sisyphus-state/schema/sqlite';
import { describe, expect, test } from 'vitest';
import { draftStatements, WorkflowStore } from './fixtures/draft.mjs';
import { drizzleKit } from './support/drizzle-kit.js';
import { dumpOf, openFile } from './support/open-file.js';
import { useTempFolder } from './support/temp-folder.js';

const tempFolder = useTempFolder();

/** A draft's file that somebody changed by hand, adopted. */
function adopt(change: (store: WorkflowStore) => void) {
  const file = join(tempFolder(), 'draft.db');
  const store = new WorkflowStore(file);
  change(store);
  store.close();
  const open = openFile(file);
  return { ...open, result: migrate(open.db) };
}

describe("a draft's file that was changed by hand", () => {
  test('keeps text that is no JSON as a JSON string', () => {
    const { client, db } = adopt((store) => {
      store.createRun('r', 'wf', {});
      store.upsertStep('r', 's', 'completed', {});
      store.run(`UPDATE workflow_runs SET input = '{not json', context = 'x'`);
      store.run(`UPDATE workflow_steps SET result = 'oops'`);
      store.run(`UPDATE audit_events SET payload = 'note'`);
    });
    expect(db.select().from(workflowRuns).get()).toMatchObject({ input: '"{not json"', context: '"x"' });
    expect(db.select().from(workflowSteps).get()).toMatchObject({ result: '"oops"' });
    expect(db.select().from(auditEvents).get()).toMatchObject({
      type: 'workflow_started',
      payload: '"note"',
      stepKey: null,
    });
    client.close();
  });

  test('keeps steps and events of runs that do not exist in the draft_ tables, and counts them', () => {
    const { client, db, result } = adopt((store) => {
      store.createRun('r', 'wf', {});
      store.upsertStep('gone', 's', 'completed', 1);
      store.logEvent('gone', 'step_completed', { stepId: 's' });
      store.logEvent('gone too', 'note', {});
      store.run(`INSERT INTO workflow_runs (id, name, status, input) VALUES (NULL, 'nameless', 'running', '{}')`);
    });
    expect(result.adopted).toEqual({ runs: 1, steps: 0, events: 1, orphans: 4 });
    expect(db.select({ id: workflowRuns.id }).from(workflowRuns).all()).toEqual([{ id: 'r' }]);
    const kept = client.prepare(`SELECT run_id, result FROM draft_workflow_steps`).all();
    expect(kept).toEqual([{ run_id: 'gone', result: '1' }]);
    client.close();
  });

  test('keeps step ids the new definitions would refuse', () => {
    const ids = ['a[1]', 'a#2', 'x/y', 'wie "so"', '__proto__'];
    const { client, db } = adopt((store) => {
      store.createRun('r', 'wf', {});
      for (const id of ids) store.upsertStep('r', id, 'completed', { id });
    });
    const steps = db.select().from(workflowSteps).all();
    expect(steps.map(({ stepKey, stepId, result }) => [stepKey, stepId, result])).toEqual(
      ids.map((id) => [id, id, JSON.stringify({ id })]),
    );
    client.close();
  });

  test('settles a step of which the log says nothing by the adoption itself', () => {
    const { client, db } = adopt((store) => {
      store.createRun('r', 'wf', {});
      store.upsertStep('r', 's', 'completed', 1);
    });
    expect(db.select().from(workflowSteps).get()).toMatchObject({ settledSeq: 2, attempts: 0, startedAt: null });
    client.close();
  });

  test('reads dates in every form', () => {
    const { client, db } = adopt((store) => {
      for (const id of ['text', 'iso', 'ms', 'seconds', 'none']) store.createRun(id, 'wf', {});
      store.run(`UPDATE workflow_runs SET created_at = '2024-03-31 02:30:00' WHERE id = 'text'`);
      store.run(`UPDATE workflow_runs SET created_at = '2024-03-31T02:30:00.000Z' WHERE id = 'iso'`);
      store.run(`UPDATE workflow_runs SET created_at = 1711852200000 WHERE id = 'ms'`);
      store.run(`UPDATE workflow_runs SET created_at = 1711852200 WHERE id = 'seconds'`);
      store.run(
        `UPDATE workflow_runs SET created_at = 'whenever', updated_at = '2024-03-31 02:30:00' WHERE id = 'none'`,
      );
    });
    const instants = db.select({ createdAt: workflowRuns.createdAt }).from(workflowRuns).all();
    expect(instants).toEqual(Array(5).fill({ createdAt: Date.UTC(2024, 2, 31, 2, 30) }));
    client.close();
  });

  test('keeps a large snapshot in payloads', () => {
    const { client, db } = adopt((store) => {
      store.createRun('r', 'wf', { text: 'x'.repeat(9000) });
      for (let n = 0; n < 20; n += 1) store.upsertStep('r', `s${n}`, 'completed', { n, text: 'y'.repeat(500) });
    });
    const [run] = db.select().from(workflowRuns).all();
    const bodies = new Map(
      db
        .select()
        .from(payloads)
        .all()
        .map(({ sha256, body }) => [sha256, body]),
    );
    expect(run?.input).toBeNull();
    expect(bodies.get(run?.inputRef ?? '')).toContain('xxxx');
    const adopted = db.select().from(auditEvents).all().at(-1);
    expect(adopted).toMatchObject({ type: 'run_adopted', payload: '{}' });
    expect(JSON.parse(bodies.get(adopted?.payloadRef ?? '') ?? '').snapshot.steps).toHaveLength(20);
    client.close();
  });
});

describe("a draft's file with less than all of its tables", () => {
  test.each(draftStatements.map((_, made) => [made]))(
    'is adopted when its process died after %i statements',
    (made) => {
      const file = join(tempFolder(), 'draft.db');
      const { client, db } = openFile(file);
      for (const statement of draftStatements.slice(0, made)) client.exec(statement);
      if (made > 0)
        client.exec(`INSERT INTO workflow_runs (id, name, status, input) VALUES ('r', 'wf', 'running', '{}')`);
      expect(migrationStatus(db).database).toBe(made === 0 ? 'new' : 'draft');
      expect(migrate(db).adopted).toEqual(made === 0 ? null : { runs: 1, steps: 0, events: 0, orphans: 0 });
      client.close();
    },
  );

  test('is adopted whatever the connection says of foreign keys and of legacy renames', () => {
    for (const pragmas of ['foreign_keys = OFF', 'foreign_keys = ON', 'legacy_alter_table = ON']) {
      const file = join(tempFolder(), 'draft.db');
      const store = new WorkflowStore(file);
      store.createRun('r', 'wf', {});
      store.upsertStep('r', 's', 'completed', 1);
      store.close();
      const { client, db } = openFile(file);
      client.pragma('foreign_keys = OFF');
      client.pragma(pragmas);
      const before = settingsOf(client);
      migrate(db);
      expect(client.pragma('foreign_key_list(draft_workflow_steps)')).toMatchObject([{ table: 'draft_workflow_runs' }]);
      expect(client.pragma('foreign_key_list(workflow_steps)')).toMatchObject([{ table: 'workflow_runs' }]);
      expect(settingsOf(client)).toEqual(before);
      client.close();
    }
  });
});

test('drizzle-kit cannot adopt: it fails, changes no table of the draft, and the library still can', async () => {
  const file = join(tempFolder(), 'draft.db');
  const store = new WorkflowStore(file);
  store.createRun('r', 'wf', {});
  store.close();
  const before = dumpOf(file);
  await expect(drizzleKit(['migrate'], { database: file })).rejects.toThrow('Command failed');
  expect(dumpOf(file)).not.toBe(before); // It leaves an empty ledger behind,
  expect(migrationStatusOf(file)).toBe('draft'); // which is no reason to take the file for a migrated one.
  const { client, db } = openFile(file);
  expect(migrate(db).adopted).toMatchObject({ runs: 1 });
  client.close();
});

function migrationStatusOf(file: string): string {
  const { client, db } = openFile(file);
  const { database } = migrationStatus(db);
  client.close();
  return database;
}

function settingsOf(client: ReturnType<typeof openFile>['client']) {
  return ['foreign_keys', 'legacy_alter_table', 'busy_timeout'].map((name) => client.pragma(name, { simple: true }));
}
