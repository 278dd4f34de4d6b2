import { defineWorkflow, type Workflow } from '@sisyphus-state/executor';
import { describe, expect, test } from 'vitest';
import { onEachDatabase } from '../workers/support/on-each-database.js';
import { lastPause, runEvents, spender, usageOf } from './spender.js';

const idle = { until: 'idle' } as const;

function stepOf(more: object, workflow: object = {}): Workflow {
  return { name: 'w', ...workflow, steps: [{ id: 'a', type: 'spend', ...more }] };
}

onEachDatabase(({ world }) => {
  describe('a run that makes no progress', () => {
    test('is paused as blocked when the same error came too often, resumes and all (pitfall 35)', async () => {
      const here = await world();
      const store = await here.open();
      const entered: string[] = [];
      const workflow = stepOf({ with: { error: 'no such file' } });
      const statuses: string[] = [];
      await spender(store).start(workflow, null, { runId: 'r', detach: true });
      for (let n = 0; n < 10; n++) {
        // Each time a process of its own: what came before is known from the record alone.
        const executor = spender(await here.open(), { entered });
        const end = await executor.resume('r', undefined, idle).catch(({ code }) => ({ status: code }));
        statuses.push(end.status);
      }
      expect(statuses).toEqual([...Array(9).fill('WORKFLOW_FAILED'), 'paused']);
      expect(entered).toHaveLength(10);
      expect(await lastPause(store, 'r')).toMatchObject({
        reason: 'blocked',
        details: { stepKey: 'a', stepId: 'a', kind: 'error', times: 10, error: { message: 'no such file' } },
      });
      await usageOf(store, 'r');
      const executor = spender(store, { entered });
      await expect(executor.resume('r')).rejects.toThrow('no such file');
      expect(entered).toHaveLength(11);
    });

    test('goes on when it is resumed: what was wrong is mended', async () => {
      const store = await (await world()).open();
      const workflow = stepOf({ with: { error: 'no' }, retry: { attempts: 9, backoff: 0 } }, { breaker: 3 });
      const entered: string[] = [];
      expect(await spender(store, { entered }).execute(workflow, null, { ...idle, runId: 'r' })).toMatchObject({
        reason: 'blocked',
      });
      expect(entered).toHaveLength(3);
      const mended = stepOf({ with: { value: 1 } }, { breaker: 3 });
      expect((await spender(store).resume('r', mended, { onDrift: 'upgrade' })).status).toBe('completed');
      expect(await runEvents(store, 'r')).toEqual([
        ...['workflow_started', 'workflow_paused', 'workflow_resumed', 'workflow_completed'],
      ]);
    });

    test('is paused when a repeated step gives the same output too often, where that is asked for', async () => {
      const store = await (await world()).open();
      const poll = { with: { value: 'pending' }, repeat: { until: 'steps.a.output == "done"', max: 30 } };
      const entered: string[] = [];
      const executor = spender(store, { entered });
      expect(
        await executor.execute(stepOf(poll, { breaker: { outputs: 4 } }), null, { ...idle, runId: 'r' }),
      ).toMatchObject({
        reason: 'blocked',
      });
      expect(entered).toHaveLength(4);
      expect(await lastPause(store, 'r')).toMatchObject({ details: { kind: 'output', times: 4, stepKey: 'a#4' } });
      await usageOf(store, 'r');
    });

    test('counts outputs over a restart', async () => {
      const here = await world();
      const store = await here.open();
      const poll = { with: { value: 'pending' }, repeat: { until: 'false', max: 30 } };
      const entered: string[] = [];
      await spender(store).start(stepOf(poll), null, { runId: 'r', detach: true });
      let lives = 0;
      while ((await store.readRun('r'))?.status !== 'paused' && lives < 9) {
        lives += 1;
        const executor = spender(await here.open(), {
          entered,
          breaker: { outputs: 3 },
          observe: (event) => {
            if (event.kind === 'committed' && event.changes.some(({ type }) => type === 'step_completed'))
              executor.stop();
          },
        });
        await executor.resume('r', undefined, idle).catch(() => undefined);
      }
      expect(await store.getRunState('r')).toMatchObject({ status: 'paused', reason: 'blocked' });
      expect(entered).toHaveLength(3);
      expect(lives).toBeGreaterThan(1);
    });

    test.each([
      [
        'polls without end and says nothing of a breaker',
        { with: { value: 0 }, repeat: { until: 'false', max: 40 } },
        {},
        40,
      ],
      ['is tried as often as its policy says', { with: { error: 'e' }, retry: { attempts: 14, backoff: 0 } }, {}, 14],
      ['turns the breaker off', { with: { error: 'e' }, retry: { attempts: 40, backoff: 0 } }, { breaker: false }, 40],
    ] as const)('is none when a step %s', async (_, step, more, calls) => {
      const store = await (await world()).open();
      const entered: string[] = [];
      const executor = spender(store, { entered });
      await expect(executor.execute(stepOf(step, more), null)).rejects.toThrow(/failed/);
      expect(entered).toHaveLength(calls);
    });

    test('is none when the errors differ, or the inputs do', async () => {
      const store = await (await world()).open();
      const entered: string[] = [];
      const executor = spender(store, { entered });
      const items = Array.from({ length: 6 }, (_, n) => `e${n}`);
      const each = { foreach: items, with: { error: '${{ item }}' }, onError: 'continue' };
      expect((await executor.execute(stepOf(each, { breaker: 2 }), null)).status).toBe('completed');
      expect(entered).toHaveLength(6);
    });

    test('is told of a workflow as code that tries the same again and again', async () => {
      const store = await (await world()).open();
      const entered: string[] = [];
      const flow = defineWorkflow({ name: 'loop', breaker: { errors: 4 } }, async (ctx) => {
        for (let n = 0; n < 100; n++) await ctx.step('ask', { type: 'spend', with: { error: 'no' } }).catch(() => null);
      });
      const executor = spender(store, { entered, workflows: [flow] });
      expect(await executor.execute(flow, null, { ...idle, runId: 'r' })).toMatchObject({
        status: 'paused',
        reason: 'blocked',
      });
      expect(entered).toEqual(['ask', 'ask#2', 'ask#3', 'ask#4']);
      await usageOf(store, 'r');
    });
  });
});
