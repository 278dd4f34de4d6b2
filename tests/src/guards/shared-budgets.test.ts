import { compileDefinition, type WorkflowDefinition, type WorkflowExecutor } from '@sisyphus-state/executor';
import { type JsonText, verifyRun, type WorkflowStore } from '@sisyphus-state/store';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, test } from 'vitest';
import { onEachDatabase } from '../workers/support/on-each-database.js';
import { lastPause, spender, usageOf } from './spender.js';

const waits: WorkflowDefinition = {
  name: 'parent',
  budget: { tokens: 100 },
  steps: [{ id: 'wait', type: 'wait-for-signal', with: { signal: 'go' } }],
};

/** Creates children of a run, as the step that calls them would. */
async function bear(store: WorkflowStore, parentId: string, definition: WorkflowDefinition, count: number) {
  const { hash, name, version, canonical } = compileDefinition(definition);
  const ids = Array.from({ length: count }, () => uuidv7());
  const kept = { hash, name, version, body: canonical as JsonText }; // canonical JSON
  const parent = { runId: parentId, stepKey: 'c', rootRunId: parentId };
  await store.createRuns(ids.map((id) => ({ id, name, version, definition: kept, input: null, parent })));
  return ids;
}

async function potOf(store: WorkflowStore, runId: string) {
  return (await store.readPots([runId]))[0]?.usage;
}

async function totalOf(store: WorkflowStore, runIds: readonly string[]): Promise<number> {
  let total = 0;
  for (const runId of runIds) total += (await usageOf(store, runId))?.tokens ?? 0;
  return total;
}

onEachDatabase(({ world }) => {
  describe('a budget that a run shares with its children', () => {
    test('is not overspent by children that race for it in several executors, and what waits goes on when others end', async () => {
      const here = await world();
      const store = await here.open();
      await spender(store).execute(waits, null, { runId: 'p', until: 'idle' });
      const step = { type: 'spend', with: { tokens: 25 }, reserve: { tokens: 30 } };
      const definition = {
        name: 'child',
        steps: [
          { id: 'a', ...step },
          { id: 'b', ...step },
        ],
      };
      const children = await bear(store, 'p', definition, 5);
      const executors = await Promise.all(
        [1, 2, 3].map(async (n) => spender(await here.open(), { worker: `w${n}`, parkAfterMs: 60_000 })),
      );
      await Promise.all(executors.map((executor) => executor.runUntilIdle()));
      // Three attempts of 25 leave 25, and the next needs 30.
      expect(await totalOf(store, children)).toBe(75);
      expect(await potOf(store, 'p')).toMatchObject({ tokens: 75, attempts: 3, reserved: { tokens: 0, cost: 0 } });
      const stopped = [];
      for (const id of children) {
        const run = await store.readRun(id);
        if (run?.status === 'paused') stopped.push(await lastPause(store, id));
        else expect(run?.status).toBe('completed');
      }
      expect(stopped.length).toBeGreaterThanOrEqual(4);
      const details = { amount: 'tokens', used: 75, limit: 100, needed: 30, potId: 'p' };
      for (const pause of stopped) expect(pause).toMatchObject({ reason: 'budget_exhausted', details });
    });

    test('is raised for all of them where it was given', async () => {
      const store = await (await world()).open();
      const executor = spender(store);
      await executor.execute(waits, null, { runId: 'p', until: 'idle' });
      const steps = [1, 2, 3].map((n) => ({ id: `s${n}`, type: 'spend', with: { tokens: 50 } }));
      const [child = ''] = await bear(store, 'p', { name: 'child', steps }, 1);
      await executor.runUntilIdle();
      expect((await store.readRun(child))?.reason).toBe('budget_exhausted');
      // A budget of its own would not help it.
      await expect(executor.resume(child, undefined, { budget: { tokens: 1000 } })).rejects.toThrow(
        /budget of run p|its budget is spent/,
      );
      await executor.resume('p', undefined, { budget: { tokens: 150 }, until: 'idle' });
      expect((await executor.resume(child)).status).toBe('completed');
      expect(await potOf(store, 'p')).toMatchObject({ tokens: 150 });
    });

    test('counts the parent’s own steps beside theirs, and binds it by what they used', async () => {
      const store = await (await world()).open();
      const executor = spender(store);
      const parent = {
        ...waits,
        steps: [...waits.steps, { id: 'own', type: 'spend', with: { tokens: 60 } }, { id: 'more', type: 'spend' }],
      };
      await executor.execute(parent, null, { runId: 'p', until: 'idle' });
      const steps = [{ id: 'a', type: 'spend', with: { tokens: 40 } }];
      const [child = ''] = await bear(store, 'p', { name: 'child', steps }, 1);
      await executor.runUntilIdle();
      expect((await store.readRun(child))?.status).toBe('completed');
      await executor.signal('p', 'go');
      await executor.resume('p', undefined, { until: 'idle' });
      expect(await store.getRunState('p')).toMatchObject({ status: 'paused', reason: 'budget_exhausted' });
      expect(await usageOf(store, 'p')).toMatchObject({ tokens: 60, attempts: 1 });
      expect(await lastPause(store, 'p')).toMatchObject({ details: { used: 100, stepKey: 'more', potId: 'p' } });
    });

    test('charges a child that was cut off what was kept free for it, once', async () => {
      const here = await world();
      const store = await here.open();
      await spender(store).execute(waits, null, { runId: 'p', until: 'idle' });
      const steps = [{ id: 'a', type: 'hold', reserve: { tokens: 40 } }];
      const [child = ''] = await bear(store, 'p', { name: 'child', steps }, 1);
      const first = spender(await here.open(), { worker: 'first' });
      const entered = new Promise<void>((resolve) => {
        const look = async (): Promise<void> => {
          const [a] = await store.readSteps(child);
          if (a?.status === 'running') resolve();
          else setTimeout(look, 5);
        };
        void look();
      });
      const work = first.work();
      await entered;
      expect(await potOf(store, 'p')).toMatchObject({ tokens: 0, reserved: { tokens: 40 } });
      await work.interrupt();
      const again = new Promise<void>((resolve) => {
        void spenderThat(here.open(), child, resolve);
      });
      await again;
      expect(await potOf(store, 'p')).toMatchObject({ tokens: 40, attempts: 2, reserved: { tokens: 40, cost: 0 } });
      expect((await store.getRunState(child))?.usage).toMatchObject({ tokens: 40, unsettled: { tokens: 40, cost: 0 } });
      const [run, rows, events] = [
        await store.readRun(child),
        await store.readSteps(child),
        await store.readEvents(child),
      ];
      expect(run && verifyRun({ run, steps: rows, events })).toEqual([]);
    });
  });
});

/** Resumes a run and tells when its handler is entered again. */
async function spenderThat(opening: Promise<WorkflowStore>, runId: string, entered: () => void): Promise<void> {
  const store = await opening;
  const executor: WorkflowExecutor = spender(store, {
    worker: 'second',
    observe: (event) => {
      if (event.kind === 'committed' && event.changes.some(({ type }) => type === 'step_started')) entered();
    },
  });
  await executor.resume(runId).catch(() => undefined);
}
