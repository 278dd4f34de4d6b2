import { join } from 'node:path';
import { type Workflow, WorkflowExecutor } from '@sisyphus-state/executor';
import { verifyRun, type WorkflowStore } from '@sisyphus-state/store';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { readRecordedRun } from '../crash/recorded-run.js';
import { useTempFolder } from '../support/temp-folder.js';
import { useStores } from '../support/use-stores.js';
import { useWorkers } from '../support/worker.js';
import { sampleValues } from './sample-values.js';

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

const tempFolder = useTempFolder();
const open = useStores();
const startWorker = useWorkers();
let folder: string;
let file: string;
let store: WorkflowStore;

beforeEach(async () => {
  folder = tempFolder();
  file = join(folder, 'state.db');
  store = await open(file);
});

/** `give` and `item` give the value, `leave` is where the first process may leave, the others get the value through expressions. */
const workflow: Workflow = {
  name: 'values',
  steps: [
    { id: 'give', type: 'effect' },
    { id: 'item', type: 'effect', foreach: [1] },
    { id: 'leave', type: 'effect' },
    { id: 'take', type: 'effect', with: { value: '${{ steps.give.output }}' } },
    { id: 'take-item', type: 'effect', with: { value: '${{ steps.item.output }}' } },
    { id: 'take-input', type: 'effect', with: { value: '${{ input }}' } },
  ],
  output: '${{ steps.give.output }}',
};

/** An executor whose steps give the value, or what they got; `leave` is called at the step of that name. */
function givingExecutor(value: unknown, leave: (executor: WorkflowExecutor) => void): WorkflowExecutor {
  const executor: WorkflowExecutor = new WorkflowExecutor(store, {
    effect: ({ id, with: input }) => {
      if (id === 'leave') return leave(executor);
      return id === 'give' || id === 'item' ? value : (input as { readonly value: unknown }).value;
    },
  });
  return executor;
}

async function expectKept(runId: string, kept: unknown): Promise<void> {
  const state = await store.getRunState(runId);
  const results = new Map(state?.steps.map((step) => [step.stepKey, step.result]));
  expectSame(state?.input, kept);
  expectSame(state?.output, kept);
  for (const key of ['give', 'item[0]', 'take', 'take-input']) expectSame(results.get(key), kept);
  expectSame(results.get('take-item'), [kept]);
  const recorded = await readRecordedRun(file, runId);
  expect(recorded === null ? null : verifyRun(recorded)).toEqual([]);
}

describe('a value (pitfalls 24, 25)', () => {
  test.each(sampleValues)(
    'comes back equal as a result, an input and an output: to the next step, to the caller, from the store: $name',
    async ({ value, kept = value }) => {
      const { runId, output } = await givingExecutor(value, () => undefined).execute(workflow, value);
      expectSame(output, kept);
      await expectKept(runId, kept);
    },
  );

  test('comes back equal in another process that resumes the run: all of them', async () => {
    const runs: { readonly runId: string; readonly kept: unknown }[] = [];
    for (const { value, kept = value } of sampleValues) {
      const handle = await givingExecutor(value, (executor) => void executor.stop()).start(workflow, value);
      await expect(handle.result()).rejects.toMatchObject({ code: 'RUN_RELEASED' });
      runs.push({ runId: handle.runId, kept });
    }
    const worker = await startWorker();
    await worker.call('open', { file, effects: join(folder, 'effects') });
    for (const { runId, kept } of runs) {
      expect(await worker.call('resume', { runId })).toMatchObject({ ok: true });
      await expectKept(runId, kept);
    }
  });
});

describe('no value', () => {
  test('is not null: the one is absent, the other is there', async () => {
    const executor = new WorkflowExecutor(store, { nothing: () => undefined, null: async () => null });
    const steps = [
      { id: 'nothing', type: 'nothing' },
      { id: 'null', type: 'null' },
    ];
    const { runId } = await executor.execute({ name: 'nothing', steps });
    const state = await executor.state(runId);
    expect(state?.steps.map(({ result }) => result)).toEqual([undefined, null]);
    expect((await store.readSteps(runId)).map(({ result }) => result)).toEqual([null, 'null']);
    expect(state?.input).toBeUndefined();
  });

  test('reads as null in an expression', async () => {
    const executor = new WorkflowExecutor(store, { nothing: () => undefined });
    const { output } = await executor.execute({
      name: 'nothing',
      steps: [{ id: 'nothing', type: 'nothing' }],
      output: ['${{ steps.nothing.output }}', '${{ input }}'],
    });
    expect(output).toEqual([null, null]);
  });
});

test('what a step sees is the stored value, not the object that the handler still holds', async () => {
  const original = { list: [1], gone: undefined as undefined | number };
  const seen: unknown[] = [];
  const executor = new WorkflowExecutor(store, {
    give: () => original,
    change: (_step, context) => {
      seen.push(context);
      original.list.push(2);
      return {};
    },
    look: (_step, context) => void seen.push(context),
  });
  await executor.execute({ name: 'live', steps: ['give', 'change', 'look'].map((type) => ({ id: type, type })) });
  expect(seen).toEqual([{ list: [1] }, { list: [1] }]);
  expect(Object.keys(seen[0] as object)).toEqual(['list']);
});

test('a key named __proto__ reaches neither a prototype nor another run', async () => {
  const executor = new WorkflowExecutor(store, {
    give: () => JSON.parse('{"__proto__":{"polluted":true}}'),
    look: (_step, context) => [Object.keys(context), (context as { polluted?: unknown }).polluted ?? 'clean'],
  });
  const steps = ['give', 'look'].map((type) => ({ id: type, type }));
  const { output } = await executor.execute(
    { name: 'proto', steps, output: '${{ steps.look.output }}' },
    JSON.parse('{"__proto__":1}'),
  );
  expect(output).toEqual([['__proto__'], 'clean']);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

/** Equal down to -0, absent properties and own keys named __proto__. */
function expectSame(actual: unknown, expected: unknown): void {
  expect(actual).toStrictEqual(expected);
  expect(JSON.stringify(actual)).toBe(JSON.stringify(expected));
}
