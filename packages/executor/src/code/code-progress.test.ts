import { openStore, verifyRun, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StepFailedError, WorkflowFailedError } from '../errors.js';
import { WorkflowExecutor } from '../executor.js';
import { defineWorkflow } from './define-workflow.js';
import type { WorkflowContext } from './workflow-context.js';

let store: WorkflowStore;
const executors: WorkflowExecutor[] = [];

beforeEach(async () => {
  store = await openStore(':memory:');
});
afterEach(async () => {
  await Promise.all(executors.splice(0).map((executor) => executor.stop()));
  await store.close();
});

const retry = { attempts: 3, backoff: 0 };

/** A workflow of a function, and an executor that knows it. */
function workflow(run: (ctx: WorkflowContext, input: unknown) => Promise<unknown>, version = 1) {
  const code = defineWorkflow({ name: 'w', version }, run);
  const executor = new WorkflowExecutor(store, [], { workflows: [code] });
  executors.push(executor);
  return { code, executor, execute: (input: unknown = {}) => executor.execute(code, input) };
}

const steps = async (runId: string) =>
  (await store.readSteps(runId)).map(
    ({ stepKey, type, status, attempts }) => `${stepKey} ${type} ${status} ${attempts}`,
  );

const holds = async (runId: string): Promise<void> => {
  const [run, rows, events] = [await store.readRun(runId), await store.readSteps(runId), await store.readEvents(runId)];
  if (run === null) throw new Error(`No run ${runId}.`);
  expect(verifyRun({ run, steps: rows, events })).toEqual([]);
};

describe('a workflow as code', () => {
  it('runs its function over steps, and returns what that returns', async () => {
    const { execute } = workflow(async (ctx, input) => {
      const one = await ctx.step('one', () => 1);
      const two = await ctx.step('two', async () => ({ sum: one + 1 }));
      return { ...two, input };
    });
    const { runId, output, context } = await execute({ a: 0 });
    expect(output).toEqual({ sum: 2, input: { a: 0 } });
    expect(context).toEqual({ a: 0, sum: 2 });
    expect(await steps(runId)).toEqual(['one function completed 1', 'two function completed 1']);
    await holds(runId);
  });

  it('takes n + 1 commits for n steps, one after the other', async () => {
    const { execute } = workflow(async (ctx) => {
      for (let n = 0; n < 5; n += 1) await ctx.step('s', () => n);
    });
    const { runId } = await execute();
    expect((await store.readRun(runId))?.revision).toBe(6);
    expect(await steps(runId)).toEqual(['s', 's#2', 's#3', 's#4', 's#5'].map((key) => `${key} function completed 1`));
  });

  it('rejects with the failed step’s error, which the function may catch', async () => {
    const { execute } = workflow(async (ctx) => {
      const caught = await ctx
        .step('bad', () => Promise.reject(Object.assign(new Error('no'), { code: 'NOPE' })))
        .catch((error: unknown) => error);
      expect(caught).toBeInstanceOf(StepFailedError);
      return ctx.step('good', () => (caught as StepFailedError).error.code);
    });
    expect((await execute()).output).toBe('NOPE');
  });

  it('fails with the step that nobody caught, and goes on from there when it is resumed', async () => {
    let isBroken = true;
    let calls = 0;
    const { executor, execute } = workflow(async (ctx) => {
      const first = await ctx.step('first', () => {
        calls += 1;
        return calls;
      });
      await ctx.step('second', () => {
        if (isBroken) throw new Error('broken');
      });
      return first;
    });
    const failed = await execute().catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(WorkflowFailedError);
    const { runId, stepKey } = failed as WorkflowFailedError;
    expect(stepKey).toBe('second');
    isBroken = false;
    expect((await executor.resume(runId)).output).toBe(1);
    await holds(runId);
  });

  it('tries a step as often as its policy says', async () => {
    let calls = 0;
    const { execute } = workflow((ctx) =>
      ctx.step(
        'flaky',
        () => {
          calls += 1;
          if (calls < 3) throw new Error('not yet');
          return calls;
        },
        { retry },
      ),
    );
    const { runId, output } = await execute();
    expect(output).toBe(3);
    expect(await steps(runId)).toEqual(['flaky function completed 3']);
  });
});
