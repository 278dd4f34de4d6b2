import { openStore, verifyRun, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WorkflowExecutor } from '../executor.js';
import { defineWorkflow } from './define-workflow.js';
import type { WorkflowContext } from './workflow-context.js';

const runId = '01900000-0000-7000-8000-000000000001';
const idle = { until: 'idle' } as const;

let store: WorkflowStore;
const executors: WorkflowExecutor[] = [];

beforeEach(async () => {
  store = await openStore(':memory:');
});
afterEach(async () => {
  await Promise.all(executors.splice(0).map((executor) => executor.stop()));
  await store.close();
});

/** Runs a function until it can't go on by itself, and gives who can go on with it. */
async function run(workflow: (ctx: WorkflowContext) => Promise<unknown>): Promise<WorkflowExecutor> {
  const code = defineWorkflow({ name: 'w' }, workflow);
  const executor = new WorkflowExecutor(store, [], { workflows: [code], parkAfterMs: 1 });
  executors.push(executor);
  await executor.execute(code, null, { runId, ...idle }).catch(() => null);
  return executor;
}

/** Every step with its status, and how many times it was attempted; its log folds to that. */
async function steps(): Promise<readonly string[]> {
  const [row, rows, events] = [await store.readRun(runId), await store.readSteps(runId), await store.readEvents(runId)];
  if (row === null) throw new Error('There is a run.');
  expect(verifyRun({ run: row, steps: rows, events })).toEqual([]);
  return rows.map(({ stepKey, status, attempts }) => `${stepKey} ${status} ${attempts}`);
}

describe('a failure in a workflow as code', () => {
  it('that was caught stays as it is when the run is cancelled and resumed (pitfall 2)', async () => {
    const executor = await run(async (ctx) => {
      const fail = (): never => {
        throw new Error('no');
      };
      const caught = await ctx.step('caught', fail).catch(() => 'instead');
      return [caught, await ctx.waitForSignal('go')];
    });
    await executor.cancel(runId);
    await executor.runUntilIdle();
    expect(await steps()).toEqual(['caught failed 1', 'go cancelled 0']);
    expect(await executor.resume(runId, undefined, idle)).toMatchObject({ status: 'waiting' });
    await executor.signal(runId, 'go', 1);
    expect(await executor.resume(runId)).toMatchObject({ output: ['instead', 1] });
    expect(await steps()).toEqual(['caught failed 1', 'go completed 0']);
  });

  it('beside the one that the run failed with is ended by that: a resume gives both fresh attempts', async () => {
    let isMended = false;
    const executor = await run((ctx) => {
      const step = (key: string) =>
        ctx.step(key, () => {
          if (!isMended) throw new Error('no');
          return key;
        });
      return Promise.all([step('one'), step('other')]);
    });
    expect(await steps()).toEqual(['one failed 1', 'other cancelled 1']);
    isMended = true;
    expect(await executor.resume(runId)).toMatchObject({ output: ['one', 'other'] });
    expect(await steps()).toEqual(['one completed 2', 'other completed 2']);
  });

  it('of an answer beside it is asked for again', async () => {
    const ask = { type: 'approval', with: { message: 'well?' } };
    const executor = await run((ctx) => Promise.all([ctx.step('one', ask), ctx.step('other', ask)]));
    for (const key of ['one', 'other']) await executor.reject(runId, key);
    await executor.runUntilIdle();
    expect(await steps()).toEqual(['one failed 0', 'other cancelled 0']);
    expect(await executor.resume(runId, undefined, idle)).toMatchObject({ status: 'waiting' });
    expect(await steps()).toEqual(['one waiting 0', 'other waiting 0']);
  });

  it('that it caught beside others is on record', async () => {
    await run((ctx) => {
      const step = (key: string) =>
        ctx.step(key, () => {
          throw new Error('no');
        });
      return Promise.allSettled([step('one'), step('other')]).then((both) => both.length);
    });
    expect(await steps()).toEqual(['one failed 1', 'other failed 1']);
    expect((await store.readRun(runId))?.status).toBe('completed');
  });
});
