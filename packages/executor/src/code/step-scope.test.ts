import { setImmediate as turn } from 'node:timers/promises';
import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WorkflowFailedError } from '../errors.js';
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

const child = defineWorkflow({ name: 'child' }, (ctx, input: unknown) => ctx.step('a', () => input));

/** An executor that knows a workflow of a function. */
function workflow(run: (ctx: WorkflowContext) => Promise<unknown>) {
  const code = defineWorkflow({ name: 'w' }, run);
  const executor = new WorkflowExecutor(store, [], { workflows: [code, child] });
  executors.push(executor);
  return { executor, execute: () => executor.execute(code, null) };
}

/** The step that failed a run, and the error that is kept of it. */
async function failureOf(run: Promise<unknown>) {
  const failed = await run.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(failed instanceof WorkflowFailedError)) throw new Error(`The run did not fail: ${failed}`);
  const { runId, stepKey } = failed;
  return { runId, stepKey, error: (await store.getRunState(runId))?.error };
}

const keysOf = async (runId: string) => (await store.readSteps(runId)).map(({ stepKey }) => stepKey);

describe('the function of a step', () => {
  it.each<[string, (ctx: WorkflowContext) => unknown]>([
    ['ctx.step("b", …)', (ctx) => ctx.step('b', () => 1)],
    ['ctx.step("c", …)', (ctx) => ctx.step('c', { type: 'shell' })],
    ['ctx.sleep("nap", …)', (ctx) => ctx.sleep('nap', 1)],
    ['ctx.waitForSignal("paid", …)', (ctx) => ctx.waitForSignal('paid')],
    ['ctx.call("child", …)', (ctx) => ctx.call('child', child, 1)],
    ['ctx.transaction("book", …)', (ctx) => ctx.transaction('book', () => 1)],
    ['ctx.patched("new", …)', (ctx) => ctx.patched('new')],
    ['ctx.now()', (ctx) => ctx.now()],
    ['ctx.random()', (ctx) => ctx.random()],
    ['ctx.uuid()', (ctx) => ctx.uuid()],
  ])('is refused %s: the step fails with what to do, once, and nothing of it is recorded', async (call, ask) => {
    const { execute } = workflow((ctx) => ctx.step('a', async () => await ask(ctx), { retry: { attempts: 3 } }));
    const { runId, stepKey, error } = await failureOf(execute());
    expect(stepKey).toBe('a');
    expect(error).toMatchObject({ code: 'CONTEXT_IN_STEP', details: { runId, stepKey: 'a', call } });
    expect(await store.readSteps(runId)).toMatchObject([{ stepKey: 'a', status: 'failed', attempts: 1 }]);
  });

  it('is refused it after whatever it awaited, and in what it calls', async () => {
    const helper = async (ctx: WorkflowContext): Promise<number> => {
      await turn();
      return ctx.now();
    };
    const { execute } = workflow((ctx) => ctx.step('a', () => Promise.all([helper(ctx)])));
    expect((await failureOf(execute())).error).toMatchObject({ code: 'CONTEXT_IN_STEP' });
  });

  it('is refused it without a word of await', async () => {
    const { execute } = workflow((ctx) =>
      ctx.step('a', () => {
        void ctx.step('b', () => 1);
        return 1;
      }),
    );
    expect((await failureOf(execute())).error).toMatchObject({ code: 'CONTEXT_IN_STEP' });
  });

  it('is refused it as what undoes a step, and inside a transaction', async () => {
    const { execute } = workflow(async (ctx) => {
      await ctx.step('a', () => 1, { compensate: () => ctx.now(), retry: { attempts: 2, backoff: 0 } });
      await ctx.transaction('book', () => ctx.random());
    });
    const { runId, error } = await failureOf(execute());
    expect(error).toMatchObject({ code: 'CONTEXT_IN_STEP', details: { stepKey: 'book' } });
    const steps = await store.readSteps(runId);
    expect(steps.map(({ stepKey, status }) => `${stepKey} ${status}`)).toContain('a/compensate failed');
  });

  it('is refused the same when the run is replayed, and a mended one goes on', async () => {
    let isMended = false;
    const { executor, execute } = workflow(async (ctx) => {
      const first = await ctx.step('first', () => 1);
      return ctx.step('outer', () => (isMended ? first + 1 : ctx.step('inner', () => first + 1)));
    });
    const { runId, error } = await failureOf(execute());
    expect(error).toMatchObject({ code: 'CONTEXT_IN_STEP' });
    expect((await failureOf(executor.resume(runId))).error).toEqual(error);
    expect(await keysOf(runId)).toEqual(['first', 'outer']);
    isMended = true;
    expect((await executor.resume(runId)).output).toBe(2);
  });

  it('is refused it so that a fork goes on with what it asked for in a step of its own, before it', async () => {
    let isMended = false;
    let firsts = 0;
    const { executor, execute } = workflow(async (ctx) => {
      const first = await ctx.step('first', () => ++firsts);
      const inner = () => ctx.step('inner', () => first + 1);
      if (!isMended) return ctx.step('outer', inner);
      const asked = await inner();
      return ctx.step('outer', () => asked + 1);
    });
    const { runId } = await failureOf(execute());
    isMended = true;
    const fork = await executor.fork(runId, { from: 'outer' });
    expect((await fork.result()).output).toBe(3);
    expect(firsts).toBe(1);
  });
});

describe('the function of a workflow is refused nothing', () => {
  it('in branches, helpers and callbacks, whoever ended before', async () => {
    const { execute } = workflow(async (ctx) => {
      const twice = async (label: string): Promise<number> => {
        const one = await ctx.step(label, () => turn(1));
        return one + (await ctx.step(`${label} again`, () => ctx.runId.length - 35));
      };
      const chained = ctx.step('x', () => turn()).then(() => ctx.step('y', () => ctx.runId.length - 35));
      const sums = await Promise.all([twice('a'), twice('b'), chained]);
      await Promise.race([ctx.step('fast', () => 1), ctx.step('slow', () => turn(1))]);
      const caught = await ctx.step('bad', () => Promise.reject(new Error('no'))).catch(() => ctx.random());
      await ctx.transaction('book', () => 1);
      return [...sums, typeof caught, typeof ctx.now(), await ctx.call('child', child, 7)];
    });
    expect((await execute()).output).toEqual([2, 2, 1, 'number', 'number', 7]);
  });

  it('of a run that the step of another run starts and waits for', async () => {
    const { executor, execute } = workflow((ctx) =>
      ctx.step('a', async ({ log }) => {
        log('starts another');
        return (await executor.execute(child, 7)).output;
      }),
    );
    expect((await execute()).output).toBe(7);
  });
});
