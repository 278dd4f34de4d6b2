import { join } from 'node:path';
import { WorkflowFailedError } from '@sisyphus-state/executor';
import { IdempotencyConflictError, type WorkflowStore } from '@sisyphus-state/store';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { databases } from '../crash/databases.js';
import { readEffects } from '../support/effects.mjs';
import { eventually } from '../support/eventually.js';
import { useTempFolder } from '../support/temp-folder.js';
import { useStores } from '../support/use-stores.js';
import { useWorkers, type Worker } from '../support/worker.js';
import { localExecutor } from './local-executor.js';
import { held, stubborn } from './workflows.js';

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

const leaseMs = 600_000;
const key = { idempotencyKey: 'order-7' };
describe.each(databases)('on $name', ({ useDatabases }) => {
  const tempFolder = useTempFolder();
  const newDatabase = useDatabases();
  const open = useStores();
  const startWorker = useWorkers();
  let effects: string;
  let location: string;
  let store: WorkflowStore;

  beforeEach(async () => {
    effects = join(tempFolder(), 'effects');
    location = await newDatabase();
    store = await open(location);
  });

  function effectKeys(): readonly string[] {
    return readEffects(effects).map((line) => line.key);
  }

  async function opened(name: string): Promise<Worker> {
    const worker = await startWorker();
    expect(await worker.call('open', { file: location, effects, executor: { worker: name, leaseMs } })).toMatchObject({
      ok: true,
    });
    return worker;
  }

  describe('one idempotency key', () => {
    test('is one run, however often and from whichever executor it is asked for at once', async () => {
      const one = localExecutor(store, effects, { leaseMs });
      const other = localExecutor(await open(location), effects, { leaseMs });
      const handles = await Promise.all([
        one.executor.start(held, { n: 1 }, key),
        one.executor.start(held, { n: 1 }, key),
        other.executor.start(held, { n: 1 }, key),
      ]);
      expect(new Set(handles.map(({ runId }) => runId)).size).toBe(1);
      expect(handles.map(({ created }) => created).filter(Boolean)).toHaveLength(1);
      const driver = handles[2]?.created ? other : one;
      await driver.next('entered');
      driver.release('held');
      const results = await Promise.all(handles.map((handle) => handle.result()));
      expect(results.map(({ output }) => output)).toEqual([1, 1, 1]);
      expect(effectKeys()).toEqual(['before', 'held', 'after']);
    });

    test('asked for by four processes at once is one run and one execution, and all four get its result', async () => {
      const workers = await Promise.all(['a', 'b', 'c', 'd'].map(opened));
      const calls = workers.map((worker) => worker.call('execute', { workflow: held, input: { n: 1 }, options: key }));
      const creator = await Promise.race(workers.map((worker) => worker.next('entered').then(() => worker)));
      await creator.call('release', { key: 'held' });
      const answers = await Promise.all(calls);
      expect(answers.map(({ ok, value }) => [ok, (value as { output?: unknown } | null)?.output])).toEqual(
        Array(4).fill([true, 1]),
      );
      expect(await store.listRuns()).toHaveLength(1);
      expect(effectKeys()).toEqual(['before', 'held', 'after']);
    });

    test('belongs to its run in its namespace only', async () => {
      const { executor } = localExecutor(store, effects);
      const workflow = { name: 'short', steps: [{ id: 'one', type: 'effect' }] };
      const runs = await Promise.all(
        ['default', 'team'].map((namespace) => executor.execute(workflow, {}, { ...key, namespace })),
      );
      expect(new Set(runs.map(({ runId }) => runId)).size).toBe(2);
    });

    test('of a run that failed gives that failure again, and executes nothing (pitfall 2)', async () => {
      const { executor } = localExecutor(store, effects);
      const workflow = { name: 'broken', steps: [{ id: 'one', type: 'effect', with: { fail: 'always' } }] };
      const first = await executor.execute(workflow, {}, key).catch((error: unknown) => error);
      const again = await executor.execute(workflow, {}, key).catch((error: unknown) => error);
      const elsewhere = await localExecutor(await open(location), effects)
        .executor.execute(workflow, {}, key)
        .catch((error: unknown) => error);
      expect(first).toBeInstanceOf(WorkflowFailedError);
      for (const error of [again, elsewhere])
        expect(error).toMatchObject({ message: (first as Error).message, stepKey: 'one' });
      expect(effectKeys()).toEqual(['one']);
    });
  });

  describe('an idempotency key that is used for something else (pitfall 5)', () => {
    test.each([
      ['another input', 'input', held, { n: 2 }],
      ['no input', 'input', held, undefined],
      ['another workflow', 'workflow', { ...held, name: 'other' }, { n: 1 }],
      [
        'another definition of the same name',
        'definition',
        { ...held, steps: held.steps.slice(0, 2), output: 1 },
        { n: 1 },
      ],
    ])('is refused for %s, and nothing is written', async (_what, differs, workflow, input) => {
      const { executor, next, release } = localExecutor(store, effects, { leaseMs });
      const handle = await executor.start(held, { n: 1 }, key);
      await next('entered');
      const before = await store.readRun(handle.runId);
      const refusal = await executor.execute(workflow, input, key).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(IdempotencyConflictError);
      expect(refusal).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', runId: handle.runId, idempotencyKey: 'order-7' });
      expect((refusal as IdempotencyConflictError).differs).toContain(differs);
      expect(await store.readRun(handle.runId)).toEqual(before);
      expect(await store.listRuns()).toHaveLength(1);
      release('held');
      await handle.result();
    });
  });

  describe('whoever waits for the run of a known key', () => {
    test('goes on with it when the process that drove it is killed', async () => {
      const [holder, waiter] = await Promise.all([opened('holder'), opened('waiter')]);
      void holder.call('execute', { workflow: held, input: {}, options: key });
      await holder.next('entered');
      const waiting = waiter.call('execute', { workflow: held, input: {}, options: key });
      await eventually(
        'the waiter has found the run held',
        async () => Number((await waiter.call('writes')).value) >= 2,
      );
      holder.signal('SIGKILL');
      expect(await waiter.next('entered')).toMatchObject({ key: 'held', attempt: 2 });
      await waiter.call('release', { key: 'held' });
      expect(await waiting).toMatchObject({ ok: true, value: { output: 1 } });
      expect(effectKeys()).toEqual(['before', 'held', 'held', 'after']);
    });

    test('goes on with it when its holder gives it back', async () => {
      const holder = localExecutor(store, effects, { leaseMs });
      const waiter = localExecutor(await open(location), effects, { leaseMs });
      const end = holder.executor.execute(held, {}, key).catch((error: unknown) => error);
      await holder.next('entered');
      const waiting = waiter.executor.execute(held, {}, key);
      const stopped = holder.executor.stop();
      holder.release('held');
      await stopped;
      expect(await end).toMatchObject({ code: 'RUN_RELEASED' });
      await expect(waiting).resolves.toMatchObject({ output: 1 });
      expect(effectKeys()).toEqual(['before', 'held', 'after']);
    });

    test('is told when it is cancelled', async () => {
      const holder = localExecutor(store, effects, { leaseMs });
      const waiter = localExecutor(store, effects, { leaseMs });
      const end = holder.executor.execute(held, {}, key).catch((error: unknown) => error);
      await holder.next('entered');
      const waiting = waiter.executor.execute(held, {}, key).catch((error: unknown) => error);
      const [run] = await store.listRuns();
      await holder.executor.cancel(run?.id ?? '', 'not needed');
      for (const call of [end, waiting])
        expect(await call).toMatchObject({ code: 'WORKFLOW_CANCELLED', details: { reason: 'not needed' } });
    });

    test('does not start a failed run again', async () => {
      const failing = {
        name: 'failing',
        steps: [...stubborn.steps.slice(0, 2), { id: 'broken', type: 'effect', with: { fail: 'always' } }],
      };
      const holder = localExecutor(store, effects, { leaseMs });
      const waiter = localExecutor(await open(location), effects, { leaseMs });
      const end = holder.executor.execute(failing, {}, key).catch((error: unknown) => error);
      await holder.next('entered');
      const waiting = waiter.executor.execute(failing, {}, key).catch((error: unknown) => error);
      holder.release('held');
      for (const call of [end, waiting])
        expect(await call).toMatchObject({ code: 'WORKFLOW_FAILED', stepKey: 'broken' });
      expect(effectKeys()).toEqual(['before', 'held', 'broken']);
    });
  });
});
