import { join } from 'node:path';
import { DefinitionMissingError, WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore, verifyRun, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DraftFile, makeDraftFile } from '../migrations/fixtures/make-draft-file.js';
import { useTempFolder } from '../support/temp-folder.js';

/** The fixture's workflow, as its author would hand it in. */
const order = {
  name: 'order',
  steps: [
    { id: 'reserve', type: 'reserve' },
    { id: 'pay', type: 'pay' },
  ],
};

const tempFolder = useTempFolder();
let ids: DraftFile;
let store: WorkflowStore;
let entered: string[];
let executor: WorkflowExecutor;

beforeEach(async () => {
  const file = join(tempFolder(), 'draft.db');
  ids = await makeDraftFile(file);
  store = await openStore(file);
  entered = [];
  executor = new WorkflowExecutor(store, {
    reserve: () => void entered.push('reserve'),
    pay: (_, context) => {
      entered.push('pay');
      return { paid: context.amount, from: context.stock };
    },
  });
});

afterEach(() => store.close());

describe("a run that the draft's own code left behind", () => {
  test('needs its definition, and says so; nothing is written', async () => {
    const before = await store.readEvents(ids.failed);
    await expect(executor.resume(ids.failed)).rejects.toBeInstanceOf(DefinitionMissingError);
    expect(await store.readEvents(ids.failed)).toEqual(before);
    expect(entered).toEqual([]);
  });

  test.each(['failed', 'running'] as const)(
    'that was %s resumes with its definition handed in: what was done is not done again (pitfall 21)',
    async (how) => {
      const runId = ids[how];
      const amount = how === 'failed' ? 5 : 7;
      const result = await executor.resume(runId, order);
      expect(result).toMatchObject({ status: 'completed', context: { amount, stock: 3, paid: amount, from: 3 } });
      expect(entered).toEqual(['pay']);
      const run = await store.readRun(runId);
      const [steps, events] = [await store.readSteps(runId), await store.readEvents(runId)];
      expect(steps).toMatchObject([
        { status: 'completed' },
        { status: 'completed', attempts: how === 'failed' ? 3 : 2 },
      ]);
      expect(run === null ? null : verifyRun({ run, steps, events })).toEqual([]);
      expect(run?.definitionHash).not.toBeNull();
    },
  );

  test('goes on without it when the executor knows a workflow of its name', async () => {
    const byName = new WorkflowExecutor(store, { reserve: () => null, pay: () => null }, { workflows: [order] });
    expect(await byName.resume(ids.failed)).toMatchObject({ status: 'completed' });
  });

  test('that was resumed once with its definition remembers it', async () => {
    const broken = new WorkflowExecutor(store, { reserve: () => null, pay: () => Promise.reject(new Error('again')) });
    await expect(broken.resume(ids.failed, order)).rejects.toThrow('again');
    expect(await executor.resume(ids.failed)).toMatchObject({ status: 'completed' });
  });

  test('that was completed is returned as the draft left it', async () => {
    expect(await executor.resume(ids.completed)).toMatchObject({
      runId: ids.completed,
      status: 'completed',
      context: {},
    });
    expect(entered).toEqual([]);
  });
});
