import { defineWorkflow, type Workflow, WorkflowExecutor } from '@sisyphus-state/executor';
import { describe, expect, test } from 'vitest';
import { onEachDatabase } from '../workers/support/on-each-database.js';
import { lastPause, runEvents, spender, usageOf } from './spender.js';

const idle = { until: 'idle' } as const;
const none = { tokens: 0, cost: 0 };

/** Steps that each spend so many tokens. */
function spending(tokens: readonly number[], more: object = {}): Workflow {
  return {
    name: 'spending',
    steps: tokens.map((each, n) => ({ id: `s${n}`, type: 'spend', with: { tokens: each } })),
    ...more,
  };
}

onEachDatabase(({ world }) => {
  describe('a budget', () => {
    test('pauses the run when it is spent, and a resume that raises it goes on from there (pitfall 35)', async () => {
      const store = await (await world()).open();
      const entered: string[] = [];
      const executor = spender(store, { entered });
      const workflow = spending([60, 40, 1], { budget: { tokens: 100 } });
      const first = await executor.execute(workflow, null, { ...idle, runId: 'r' });
      expect(first).toEqual({ runId: 'r', status: 'paused', reason: 'budget_exhausted', wakeAt: null });
      expect(entered).toEqual(['s0', 's1']);
      expect(await lastPause(store, 'r')).toEqual({
        reason: 'budget_exhausted',
        details: { amount: 'tokens', used: 100, limit: 100, needed: 1, stepKey: 's2' },
      });
      expect(await usageOf(store, 'r')).toMatchObject({ steps: 2, attempts: 2, tokens: 100, cost: 0, reserved: none });
      await expect(executor.resume('r')).rejects.toThrow(
        /its budget is spent: of 100 tokens 100 are used .*step "s2" needs 1 more/,
      );
      expect(entered).toEqual(['s0', 's1']);
      expect((await executor.resume('r', undefined, { budget: { tokens: 101 } })).status).toBe('completed');
      expect(entered).toEqual(['s0', 's1', 's2']);
      expect(await usageOf(store, 'r')).toMatchObject({ steps: 3, attempts: 3, tokens: 101 });
      expect(await runEvents(store, 'r')).toEqual([
        ...['workflow_started', 'workflow_paused', 'workflow_resumed', 'workflow_paused'],
        ...['workflow_resumed', 'workflow_completed'],
      ]);
    });

    test('is not begun anew by a restart (pitfall 38)', async () => {
      const here = await world();
      const store = await here.open();
      const workflow = spending([30, 30, 30, 30], { budget: { tokens: 90, steps: 9 } });
      await spender(store).start(workflow, null, { runId: 'r', detach: true });
      let lives = 0;
      while ((await store.readRun('r'))?.status !== 'paused' && lives < 9) {
        lives += 1;
        // It stops after its first step, as a process that is restarted does.
        const executor = spender(await here.open(), {
          worker: `life-${lives}`,
          observe: (event) => {
            if (event.kind === 'committed' && event.changes.some(({ type }) => type === 'step_completed'))
              executor.stop();
          },
        });
        await executor.resume('r', undefined, idle).catch(() => undefined);
      }
      expect(await store.getRunState('r')).toMatchObject({ status: 'paused', reason: 'budget_exhausted' });
      expect(await usageOf(store, 'r')).toMatchObject({ tokens: 90, steps: 3 });
      expect(lives).toBeGreaterThan(1);
    });

    test.each([
      ['steps', { steps: 2 }, { id: 'a', type: 'spend', foreach: [1, 2, 3], with: {} }, 2],
      [
        'attempts',
        { attempts: 2 },
        { id: 'a', type: 'spend', with: { error: 'no' }, retry: { attempts: 5, backoff: 0 } },
        2,
      ],
      ['cost', { cost: 0.000_02 }, { id: 'a', type: 'spend', foreach: [1, 2, 3], with: { cost: 10 } }, 2],
      ['duration', { duration: 0 }, { id: 'a', type: 'spend', with: {} }, 0],
      ['steps', { steps: 3 }, { id: 'a', type: 'spend', with: {}, repeat: { until: 'false', max: 9 } }, 3],
    ] as const)('of %s ends what it is for: %j', async (amount, budget, step, calls) => {
      const store = await (await world()).open();
      const entered: string[] = [];
      const end = await spender(store, { entered }).execute({ name: 'w', steps: [step] }, null, {
        ...idle,
        runId: 'r',
        budget,
      });
      expect([end.status, entered.length]).toEqual(['paused', calls]);
      expect(await lastPause(store, 'r')).toMatchObject({ details: { amount } });
      await usageOf(store, 'r');
    });

    test('lets an attempt begin only when what it reserves fits in, and settles what it used instead', async () => {
      const store = await (await world()).open();
      const entered: string[] = [];
      const step = { type: 'spend', foreach: [20, 50, 70, 5], concurrency: 4, with: { tokens: '${{ item }}' } };
      const workflow: Workflow = {
        name: 'w',
        budget: { tokens: 200 },
        steps: [{ id: 'a', ...step, reserve: { tokens: 90 } }],
      };
      const end = await spender(store, { entered }).execute(workflow, null, { ...idle, runId: 'r' });
      // Two fit at once; 130 are left for the third then, and 60 for the fourth.
      expect([end.status, entered]).toEqual(['paused', ['a[0]', 'a[1]', 'a[2]']]);
      expect(await lastPause(store, 'r')).toMatchObject({
        details: { used: 140, limit: 200, needed: 90, stepKey: 'a[3]' },
      });
      expect(await usageOf(store, 'r')).toMatchObject({ tokens: 140, reserved: none, unsettled: none });
      const started = (await store.readEvents('r')).filter(
        ({ type, stepKey }) => type === 'step_started' && stepKey !== 'a',
      );
      expect(JSON.parse(started[1]?.payload ?? '')).toMatchObject({
        reserved: { tokens: 90, cost: 0 },
        runUsage: { reserved: { tokens: 180, cost: 0 } },
      });
    });

    test('lets attempts in hand end and be recorded before the run is paused', async () => {
      const store = await (await world()).open();
      const workflow: Workflow = {
        name: 'w',
        budget: { attempts: 2 },
        steps: [
          { id: 'slow', type: 'slow', needs: [] },
          { id: 'a', type: 'spend', needs: [], with: { tokens: 10 } },
          { id: 'b', type: 'spend' },
        ],
      };
      let finish = (): void => undefined;
      const slow = new Promise<string>((resolve) => {
        finish = () => resolve('done');
      });
      const handlers = { slow: () => slow, spend: (_: unknown) => 0 };
      const executor = new WorkflowExecutor(store, handlers, {
        observe: (event) =>
          void (event.kind === 'committed' && event.changes.some(({ type }) => type === 'step_completed') && finish()),
      });
      const end = await executor.execute(workflow, null, { ...idle, runId: 'r' });
      expect(end.status).toBe('paused');
      const steps = (await store.readSteps('r')).map(({ stepKey, status }) => `${stepKey} ${status}`);
      expect(steps).toEqual(['slow completed', 'a completed']);
    });

    test('does not keep a run from undoing what it did', async () => {
      const store = await (await world()).open();
      const entered: string[] = [];
      const workflow: Workflow = {
        name: 'w',
        budget: { attempts: 2 },
        steps: [
          { id: 'a', type: 'spend', compensate: { type: 'spend', with: { tokens: 7 } } },
          { id: 'b', type: 'spend', with: { error: 'no' } },
        ],
      };
      await expect(spender(store, { entered }).execute(workflow, null, { runId: 'r' })).rejects.toThrow('no');
      expect(entered).toEqual(['a', 'b', 'a/compensate']);
      expect(await usageOf(store, 'r')).toMatchObject({ attempts: 3, tokens: 7 });
    });

    test('counts tokens of a run that has none, and nothing of one that uses none', async () => {
      const store = await (await world()).open();
      await spender(store).execute(spending([5, 6]), null, { runId: 'r' });
      expect(await usageOf(store, 'r')).toMatchObject({ tokens: 11, steps: 0, attempts: 0 });
      await new WorkflowExecutor(store, { spend: () => 1 }).execute(spending([5]), null, { runId: 'q' });
      expect(await usageOf(store, 'q')).toBeNull();
    });

    test('binds a workflow as code all the same', async () => {
      const store = await (await world()).open();
      const flow = defineWorkflow({ name: 'loop', budget: { tokens: 25, steps: 50 } }, async (ctx) => {
        for (let n = 0; n < 100; n++)
          await ctx.step('ask', { type: 'spend', with: { tokens: 10 }, reserve: { tokens: 8 } });
        return 'never';
      });
      const executor = spender(store, { workflows: [flow] });
      const end = await executor.execute(flow, null, { ...idle, runId: 'r' });
      expect(end).toMatchObject({ status: 'paused', reason: 'budget_exhausted' });
      expect(await usageOf(store, 'r')).toMatchObject({ tokens: 20, steps: 2 });
      await executor.resume('r', undefined, { ...idle, budget: { tokens: 45 } });
      expect(await usageOf(store, 'r')).toMatchObject({ tokens: 40, steps: 4 });
      expect(await lastPause(store, 'r')).toMatchObject({ details: { needed: 8, stepKey: 'ask#5' } });
    });
  });
});
