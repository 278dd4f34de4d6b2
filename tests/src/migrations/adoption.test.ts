import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type FoldState, projectedRunColumns, projectedStepColumns } from '@sisyphus-state/schema';
import { auditEvents, migrate, payloads, workflowRuns, workflowSteps } from '@sisyphus-state/schema/sqlite';
import { asc, count, eq, sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { largeText, makeDraftFile, returned } from './fixtures/make-draft-file.js';
import { type OpenFile, openFile } from './support/open-file.js';
import { useTempFolder } from './support/temp-folder.js';

const tempFolder = useTempFolder();

async function adoptedFile() {
  const file = join(tempFolder(), 'draft.db');
  const ids = await makeDraftFile(file);
  const open = openFile(file);
  return { ...open, file, ids, result: migrate(open.db) };
}

const countOf = ({ db }: OpenFile, table: typeof workflowRuns | typeof workflowSteps | typeof auditEvents) =>
  db.select({ n: count() }).from(table).get()?.n;
const runOf = ({ db }: OpenFile, id: string) => db.select().from(workflowRuns).where(eq(workflowRuns.id, id)).get();
const stepsOf = ({ db }: OpenFile, id: string) =>
  db.select().from(workflowSteps).where(eq(workflowSteps.runId, id)).orderBy(sql`rowid`).all();
const eventsOf = ({ db }: OpenFile, id: string) =>
  db.select().from(auditEvents).where(eq(auditEvents.runId, id)).orderBy(asc(auditEvents.seq)).all();
const bodyOf = ({ db }: OpenFile, ref: string) => db.select().from(payloads).where(eq(payloads.sha256, ref)).get();

describe("a file made by the draft's own code", () => {
  test('arrives with every run, step and event, and says how many', async () => {
    const open = await adoptedFile();
    expect(open.result.adopted).toEqual({ runs: 3, steps: 12, events: 32, orphans: 0 });
    expect(countOf(open, workflowRuns)).toBe(3);
    expect(countOf(open, workflowSteps)).toBe(12);
    expect(countOf(open, auditEvents)).toBe(32 + 3);
    expect(open.client.pragma('foreign_key_check')).toEqual([]);
    open.client.close();
  });

  test('keeps its old tables under draft_ names, with their rows, indexes and references', async () => {
    const open = await adoptedFile();
    const kept = open.client.prepare('SELECT count(*) AS n FROM draft_workflow_steps').get();
    expect(kept).toEqual({ n: 12 });
    expect(open.client.pragma('foreign_key_list(draft_audit_events)')).toMatchObject([
      { table: 'draft_workflow_runs' },
    ]);
    const indexes = open.client
      .prepare(`SELECT name, tbl_name FROM sqlite_master WHERE name LIKE 'idx_%' ORDER BY name`)
      .all();
    expect(indexes).toEqual([
      { name: 'idx_audit_run', tbl_name: 'draft_audit_events' },
      { name: 'idx_steps_run', tbl_name: 'draft_workflow_steps' },
    ]);
    open.client.close();
  });

  test('is adopted once: another migrate finds nothing to do', async () => {
    const open = await adoptedFile();
    expect(migrate(open.db)).toEqual({ applied: [], adopted: null });
    expect(countOf(open, workflowRuns)).toBe(3);
    open.client.close();
  });

  test('keeps completed and failed runs as they are, and pauses the one whose process is gone', async () => {
    const open = await adoptedFile();
    const { completed, failed, running } = open.ids;
    const shared = {
      namespace: 'default',
      queue: 'default',
      version: null,
      definitionHash: null,
      output: null,
      revision: 1,
      fence: 0,
    };
    expect(runOf(open, completed)).toMatchObject({
      ...shared,
      name: 'values',
      status: 'completed',
      reason: null,
      error: null,
    });
    expect(runOf(open, completed)).toMatchObject({ input: '{"amount":12}', context: '{}', rootRunId: completed });
    expect(runOf(open, failed)).toMatchObject({ ...shared, status: 'failed', reason: null });
    expect(JSON.parse(runOf(open, failed)?.error ?? '')).toMatchObject({
      name: 'Error',
      message: 'card refused',
      cause: null,
    });
    expect(runOf(open, running)).toMatchObject({
      ...shared,
      status: 'paused',
      reason: 'adopted',
      finishedAt: null,
      error: null,
    });
    open.client.close();
  });

  test("reads the draft's times as UTC milliseconds", async () => {
    const open = await adoptedFile();
    const draft = open.client.prepare(
      'SELECT unixepoch(created_at) * 1000 AS at FROM draft_workflow_runs WHERE id = ?',
    );
    const { completed } = open.ids;
    const run = runOf(open, completed);
    expect(draft.get(completed)).toEqual({ at: run?.createdAt });
    expect(run?.startedAt).toBe(run?.createdAt);
    expect(run?.finishedAt).toBe(run?.updatedAt);
    open.client.close();
  });

  test('has every result back, those too that the draft stored as none', async () => {
    const open = await adoptedFile();
    const steps = new Map(stepsOf(open, open.ids.completed).map((step) => [step.stepKey, step]));
    for (const [stepKey, value] of Object.entries(returned)) {
      const step = steps.get(stepKey);
      expect(step).toMatchObject({ status: 'completed', stepId: stepKey, type: 'unknown', attempts: 1, error: null });
      const text = step?.resultRef ? bodyOf(open, step.resultRef)?.body : step?.result;
      expect(text ?? undefined).toBe(JSON.stringify(value));
    }
    expect(steps.get('large')?.result).toBeNull();
    open.client.close();
  });

  test("turns a failed step's message into an error and counts its attempts from the log", async () => {
    const open = await adoptedFile();
    const [reserve, pay] = stepsOf(open, open.ids.failed);
    expect(reserve).toMatchObject({
      stepKey: 'reserve',
      status: 'completed',
      result: '{"stock":3}',
      attempts: 1,
      settledSeq: 3,
    });
    expect(pay).toMatchObject({ stepKey: 'pay', status: 'failed', result: null, attempts: 2, settledSeq: 9 });
    const error = {
      name: 'Error',
      message: 'card refused',
      code: null,
      retryable: null,
      details: null,
      stack: null,
      cause: null,
    };
    expect(JSON.parse(pay?.error ?? '')).toEqual(error);
    open.client.close();
  });

  test('makes a step that was cut off pending, so that it runs again', async () => {
    const open = await adoptedFile();
    const [reserve, pay] = stepsOf(open, open.ids.running);
    expect(reserve).toMatchObject({ status: 'completed', result: '{"stock":3}' });
    expect(pay).toMatchObject({
      stepKey: 'pay',
      status: 'pending',
      attempts: 1,
      result: null,
      error: null,
      settledSeq: null,
    });
    open.client.close();
  });

  test("keeps each run's events in order from 1, with their types and payloads", async () => {
    const open = await adoptedFile();
    const events = eventsOf(open, open.ids.running);
    expect(events.map(({ seq, type, stepKey, payload }) => [seq, type, stepKey, payload])).toEqual([
      [1, 'workflow_started', null, '{"name":"order","input":{"amount":7}}'],
      [2, 'step_started', 'reserve', '{"stepId":"reserve"}'],
      [3, 'step_completed', 'reserve', '{"stepId":"reserve","result":{"stock":3}}'],
      [4, 'step_started', 'pay', '{"stepId":"pay"}'],
      [5, 'run_adopted', null, expect.stringContaining('"snapshot"')],
    ]);
    expect(
      events.every(
        ({ source, fence, attempt, worker }) => source === 'engine' && (fence ?? attempt ?? worker) === null,
      ),
    ).toBe(true);
    open.client.close();
  });

  test('keeps values over 8 KiB once in payloads, under the SHA-256 of their text', async () => {
    const open = await adoptedFile();
    const large = stepsOf(open, open.ids.completed).find(({ stepKey }) => stepKey === 'large');
    const text = JSON.stringify({ largeText });
    expect(large?.resultRef).toBe(createHash('sha256').update(text).digest('hex'));
    expect(bodyOf(open, large?.resultRef ?? '')).toEqual({
      sha256: large?.resultRef,
      bytes: Buffer.byteLength(text),
      body: text,
    });
    const completion = eventsOf(open, open.ids.completed).find(
      ({ type, stepKey }) => type === 'step_completed' && stepKey === 'large',
    );
    expect(completion?.payload).toBe('{}');
    expect(JSON.parse(bodyOf(open, completion?.payloadRef ?? '')?.body ?? '')).toEqual({
      stepId: 'large',
      result: { largeText },
    });
    open.client.close();
  });

  test("ends each log with a snapshot of exactly the rows' projected columns", async () => {
    const open = await adoptedFile();
    for (const id of Object.values(open.ids)) {
      const run = runOf(open, id);
      const last = eventsOf(open, id).at(-1);
      expect([last?.type, last?.seq]).toEqual(['run_adopted', run?.lastSeq]);
      const { snapshot }: { snapshot: FoldState } = JSON.parse(last?.payload ?? '');
      expect(snapshot.run).toEqual(pick(run, projectedRunColumns));
      expect(snapshot.steps).toEqual(stepsOf(open, id).map((step) => pick(step, projectedStepColumns)));
    }
    open.client.close();
  });
});

function pick(row: Readonly<Record<string, unknown>> | undefined, columns: readonly string[]) {
  return Object.fromEntries(columns.map((column) => [column, row?.[column]]));
}
