import { defineWorkflow, type Workflow, WorkflowExecutor, WorkflowFailedError } from '@sisyphus-state/executor';
import type { WorkflowStore } from '@sisyphus-state/store';
import { manualClock } from '@sisyphus-state/testing';
import { describe, expect, test } from 'vitest';
import { onEachDatabase } from '../workers/support/on-each-database.js';
import { runEvents, spender, usageOf } from './spender.js';

const exceeded = { code: 'WORKFLOW_FAILED', stepKey: null, cause: { code: 'DEADLINE_EXCEEDED' } };

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => error,
  );
}

/** A run whose deadline passes while nobody holds it. */
async function leftOver(store: WorkflowStore, workflow: Workflow, deadline: string): Promise<void> {
  await spender(store).execute(workflow, null, { runId: 'r', deadline, until: 'idle' });
}

const waiting: Workflow = {
  name: 'waits',
  steps: [
    { id: 'made', type: 'spend', compensate: { type: 'spend' } },
    { id: 'wait', type: 'wait-for-signal', with: { signal: 'never' } },
  ],
};

onEachDatabase(({ world }) => {
  describe('a deadline', () => {
    test('ends the run in the middle of a step: its handler is aborted, and what it did is undone', async () => {
      const store = await (await world()).open();
      const entered: string[] = [];
      const workflow: Workflow = {
        name: 'w',
        // Long enough for a machine that is busy with something else to come to the second step.
        deadline: '1s',
        steps: [
          { id: 'a', type: 'spend', compensate: { type: 'spend' } },
          { id: 'b', type: 'hold', reserve: { tokens: 50 } },
        ],
      };
      const error = await errorOf(spender(store, { entered }).execute(workflow, null, { runId: 'r' }));
      expect(error).toBeInstanceOf(WorkflowFailedError);
      expect(error).toMatchObject(exceeded);
      expect(entered).toEqual(['a', 'b', 'a/compensate']);
      expect(await runEvents(store, 'r')).toEqual(['workflow_started', 'workflow_ending', 'workflow_failed']);
      // It had reported three before it was aborted: nothing of it is in doubt.
      expect(await usageOf(store, 'r')).toMatchObject({ tokens: 3, unsettled: { tokens: 0 }, reserved: { tokens: 0 } });
      const cancelled = (await store.readEvents('r')).find(({ type }) => type === 'step_cancelled');
      expect(cancelled).toMatchObject({ stepKey: 'b' });
      expect(JSON.parse(cancelled?.payload ?? '')).toMatchObject({
        reason: 'its deadline is over',
        usage: { tokens: 3 },
      });
    });

    test('abandons a handler that ignores its signal, and refuses what it writes later', async () => {
      const store = await (await world()).open();
      let finish = (_: unknown): void => undefined;
      const stubborn = new Promise((resolve) => {
        finish = resolve;
      });
      const executor = new WorkflowExecutor(store, { stubborn: () => stubborn }, { abortGraceMs: 10 });
      const workflow: Workflow = { name: 'w', steps: [{ id: 'a', type: 'stubborn' }] };
      const error = await errorOf(executor.execute(workflow, null, { runId: 'r', deadline: 20 }));
      expect(error).toMatchObject(exceeded);
      finish('late');
      expect(await runEvents(store, 'r')).toEqual(['workflow_started', 'workflow_failed']);
      expect((await store.readSteps('r'))[0]).toMatchObject({ status: 'cancelled', result: null });
    });

    test.each(['waits', 'is paused', 'starts later'] as const)(
      'ends a run that nobody holds and that %s: a worker finds it due (pitfall 22)',
      async (how) => {
        const clock = manualClock();
        const store = await (await world()).open({ clock: clock.now });
        const executor = spender(store);
        if (how === 'starts later')
          await executor.start(waiting, null, { runId: 'r', startAfter: '9d', deadline: '1h' });
        else await leftOver(store, waiting, '1h');
        if (how === 'is paused') await executor.pause('r', 'lunch');
        const { nextDueAt } = await executor.runUntilIdle();
        expect(nextDueAt).toBe(clock.now() + 3_600_000);
        clock.advance(3_600_000);
        expect(await executor.runUntilIdle()).toEqual({ driven: 1, nextDueAt: null });
        expect(await store.getRunState('r')).toMatchObject({ status: 'failed', error: { code: 'DEADLINE_EXCEEDED' } });
        const ends = (await runEvents(store, 'r')).filter((type) => /failed|completed|cancelled/.test(type));
        expect(ends).toEqual(['workflow_failed']);
        const undone = (await store.readSteps('r')).filter(({ stepKey }) => stepKey === 'made/compensate');
        expect(undone.map(({ status }) => status)).toEqual(how === 'starts later' ? [] : ['completed']);
      },
    );

    test('wakes whoever waits for the end of a run that waits for something else', async () => {
      const store = await (await world()).open();
      const flow: Workflow = { name: 'w', steps: waiting.steps.slice(1) };
      const error = await errorOf(spender(store).execute(flow, null, { deadline: '40ms' }));
      expect(error).toMatchObject(exceeded);
    });

    test('stays over when the run is resumed without another, which writes nothing; with another it goes on', async () => {
      const clock = manualClock();
      const store = await (await world()).open({ clock: clock.now });
      const flow: Workflow = {
        name: 'w',
        steps: [
          { id: 'a', type: 'spend' },
          { id: 'wait', type: 'wait-for-signal', with: { signal: 'go' } },
        ],
      };
      await leftOver(store, flow, '1h');
      clock.advance(3_600_000);
      const executor = spender(store);
      await executor.runUntilIdle();
      const { length } = await store.readEvents('r');
      const error = await errorOf(executor.resume('r'));
      expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED', message: expect.stringContaining('deadline: "1h"') });
      expect(await store.readEvents('r')).toHaveLength(length);
      await executor.resume('r', undefined, { deadline: '2h', until: 'idle' });
      expect(await store.getRunState('r')).toMatchObject({ status: 'waiting', deadlineAt: clock.now() + 7_200_000 });
      await executor.signal('r', 'go');
      expect((await executor.resume('r')).status).toBe('completed');
    });

    test('ends a workflow as code, in whatever it waits for', async () => {
      const store = await (await world()).open();
      let caught = false;
      const flow = defineWorkflow({ name: 'code', deadline: 30 }, async (ctx) => {
        try {
          await ctx.step('a', { type: 'hold' });
        } catch {
          caught = true;
        }
      });
      expect(await errorOf(spender(store).execute(flow, null, { runId: 'r' }))).toMatchObject(exceeded);
      expect([caught, await runEvents(store, 'r')]).toEqual([false, ['workflow_started', 'workflow_failed']]);
    });

    test.each([0, -1, 'soon', 1.5])('is refused when it is %j', async (deadline) => {
      const store = await (await world()).open();
      await expect(spender(store).execute(waiting, null, { deadline })).rejects.toThrow(/`deadline` is/);
      expect(await store.listRuns()).toEqual([]);
    });
  });
});
