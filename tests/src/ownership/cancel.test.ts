import { join } from 'node:path';
import { WorkflowCancelledError } from '@sisyphus-state/executor';
import { RunNotFoundError, verifyRun, type WorkflowStore } from '@sisyphus-state/store';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { databases } from '../crash/databases.js';
import { readRecordedRun } from '../crash/recorded-run.js';
import { readEffects } from '../support/effects.mjs';
import { useTempFolder } from '../support/temp-folder.js';
import { useStores } from '../support/use-stores.js';
import { localExecutor } from './local-executor.js';
import { held, stubborn } from './workflows.js';

// Far more than it takes: a deadline for a machine that is busy with something else.
vi.setConfig({ testTimeout: 600_000 });

const leaseMs = 600_000;
const runId = '01900000-0000-7000-8000-000000000003';
describe.each(databases)('on $name', ({ useDatabases }) => {
  const tempFolder = useTempFolder();
  const newDatabase = useDatabases();
  const open = useStores();
  let effects: string;
  let location: string;
  let store: WorkflowStore;

  beforeEach(async () => {
    effects = join(tempFolder(), 'effects');
    location = await newDatabase();
    store = await open(location);
  });

  describe('cancelling a run that somebody holds', () => {
    test.each(['the same store', 'a store of its own'])(
      'through %s asks the holder, who aborts its handlers and ends the run once (pitfalls 22, 23)',
      async (which) => {
        const holder = localExecutor(store, effects, { leaseMs, worker: 'holder' });
        const other = which === 'the same store' ? store : await open(location);
        const outsider = localExecutor(other, effects, { worker: 'outsider' });
        const end = holder.executor.execute(held, {}, { runId }).catch((error: unknown) => error);
        await holder.next('entered');
        await expect(outsider.executor.cancel(runId, 'not needed')).resolves.toEqual({ kind: 'requested' });
        expect(await holder.next('aborted')).toMatchObject({ key: 'held', reason: { name: 'AttemptAbortedError' } });
        expect(await end).toBeInstanceOf(WorkflowCancelledError);
        expect(await end).toMatchObject({ code: 'WORKFLOW_CANCELLED', details: { reason: 'not needed' } });
        const events = await store.readEvents(runId);
        expect(events.slice(-3).map(({ type, worker }) => [type, worker])).toEqual([
          ['cancel_requested', null],
          ['step_cancelled', 'holder'],
          ['workflow_cancelled', 'holder'],
        ]);
        expect(await store.getRunState(runId)).toMatchObject({
          status: 'cancelled',
          reason: 'not needed',
          leaseWorker: null,
        });
        expect(await store.readMail(runId)).toEqual([]);
      },
    );

    test('is noticed by a holder that commits before it looks', async () => {
      const deaf: WorkflowStore = { ...store, watch: () => () => undefined };
      const holder = localExecutor(deaf, effects, { leaseMs, worker: 'holder' });
      const outsider = localExecutor(await open(location), effects);
      const steps = [...held.steps, { id: 'next', type: 'hold' }];
      const end = holder.executor.execute({ ...held, steps }, {}, { runId }).catch((error: unknown) => error);
      await holder.next('entered');
      await outsider.executor.cancel(runId);
      holder.release('held');
      expect(await end).toBeInstanceOf(WorkflowCancelledError);
    });

    test('a second time asks for nothing new', async () => {
      const holder = localExecutor(store, effects, { leaseMs });
      const end = holder.executor.execute(stubborn, {}, { runId }).catch((error: unknown) => error);
      await holder.next('entered');
      await Promise.all([holder.executor.cancel(runId, 'one'), holder.executor.cancel(runId, 'two')]);
      await holder.next('aborted');
      holder.release('held');
      await end;
      const types = (await store.readEvents(runId)).map(({ type }) => type);
      expect(types.filter((type) => type === 'cancel_requested')).toHaveLength(1);
      expect(types.filter((type) => type === 'workflow_cancelled')).toHaveLength(1);
    });

    test('waits no longer than the grace for a handler that ignores its signal, and drops what it returns', async () => {
      const holder = localExecutor(store, effects, { leaseMs, abortGraceMs: 20 });
      const end = holder.executor.execute(stubborn, {}, { runId }).catch((error: unknown) => error);
      await holder.next('entered');
      await holder.executor.cancel(runId);
      expect(await end).toBeInstanceOf(WorkflowCancelledError);
      const before = await store.readEvents(runId);
      holder.release('held', { late: true });
      await new Promise((resolve) => setImmediate(resolve));
      expect(await store.readEvents(runId)).toEqual(before);
      expect(await store.getRunState(runId)).toMatchObject({ status: 'cancelled' });
    });

    test('keeps the result of a handler that ends well within its grace, and cancels the rest', async () => {
      const holder = localExecutor(store, effects, { leaseMs });
      const end = holder.executor.execute(stubborn, {}, { runId }).catch((error: unknown) => error);
      await holder.next('entered');
      await holder.executor.cancel(runId);
      await holder.next('aborted');
      holder.release('held', { kept: true });
      expect(await end).toBeInstanceOf(WorkflowCancelledError);
      const state = await store.getRunState(runId);
      expect(state?.steps.map(({ stepKey, status }) => [stepKey, status])).toEqual([
        ['before', 'completed'],
        ['held', 'completed'],
      ]);
    });
  });

  describe('cancelling a run that nobody holds', () => {
    test('ends it at once (pitfall 23)', async () => {
      const { executor, next, release } = localExecutor(store, effects);
      const end = executor.execute(stubborn, {}, { runId }).catch((error: unknown) => error);
      await next('entered');
      const stopped = executor.stop();
      release('held');
      await stopped;
      expect(await end).toMatchObject({ code: 'RUN_RELEASED' });
      await expect(executor.cancel(runId, 'changed my mind')).resolves.toEqual({ kind: 'cancelled' });
      expect(await store.getRunState(runId)).toMatchObject({ status: 'cancelled', reason: 'changed my mind' });
      await expect(executor.cancel(runId)).resolves.toEqual({ kind: 'ended', status: 'cancelled' });
    });

    test('does nothing to one that has ended, and says how it did', async () => {
      const { executor } = localExecutor(store, effects);
      await executor.execute({ name: 'short', steps: [{ id: 'one', type: 'effect' }] }, {}, { runId });
      const before = await store.readRun(runId);
      await expect(executor.cancel(runId)).resolves.toEqual({ kind: 'ended', status: 'completed' });
      expect(await store.readRun(runId)).toEqual(before);
    });

    test('says so when there is no such run', async () => {
      await expect(localExecutor(store, effects).executor.cancel('nobody')).rejects.toBeInstanceOf(RunNotFoundError);
    });
  });

  describe('a cancelled run', () => {
    test('can be resumed: what was completed is not done again, what was cancelled is', async () => {
      const { executor, next, release } = localExecutor(store, effects, { leaseMs });
      const end = executor.execute(held, {}, { runId }).catch((error: unknown) => error);
      await next('entered');
      await executor.cancel(runId);
      await end;
      const resumed = executor.resume(runId);
      await next('entered');
      release('held');
      await expect(resumed).resolves.toMatchObject({ status: 'completed', output: 1 });
      expect(readEffects(effects).map((line) => line.key)).toEqual(['before', 'held', 'held', 'after']);
      const recorded = await readRecordedRun(location, runId);
      expect(recorded === null ? 'nothing' : verifyRun(recorded)).toEqual([]);
    });
  });
});
