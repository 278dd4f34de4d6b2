import { WorkflowFailedError } from '@sisyphus-state/executor';
import { describe, expect, test } from 'vitest';
import { chain, type Handlers, useTwoWorlds } from './support/two-worlds.js';

const twoWorlds = useTwoWorlds();

describe("the draft's forms", () => {
  test('a handler is a plain function that gets the step as written, extra keys included, and the context', async () => {
    const { ours } = await twoWorlds();
    const calls: unknown[] = [];
    const handlers: Handlers = {
      prompt: (step, context) => {
        calls.push([step, context]);
        return { answer: `${step.model} says ${context.topic}` };
      },
    };
    const step = { id: 'ask', type: 'prompt', model: 'small', options: { temperature: 0 } };
    const { context } = await ours.executor(handlers).execute({ name: 'ask', steps: [step] }, { topic: 'stones' });
    expect(calls).toEqual([[step, { topic: 'stones' }]]);
    expect(context).toEqual({ topic: 'stones', answer: 'small says stones' });
  });

  test('execute returns the id, the status and the context, and keeps the run under that id', async () => {
    const { ours } = await twoWorlds();
    const result = await ours.executor({ a: () => ({ a: 1 }) }).execute(chain('a'), { given: 0 });
    expect(result).toMatchObject({ status: 'completed', context: { given: 0, a: 1 } });
    expect(await ours.store.getRunState(result.runId)).toMatchObject({
      id: result.runId,
      name: 'chain',
      status: 'completed',
      input: { given: 0 },
      steps: [{ stepKey: 'a', status: 'completed', result: { a: 1 }, attempts: 1 }],
    });
  });

  test('each step sees the input and the objects that the steps before it returned, the newer key winning', async () => {
    const { ours } = await twoWorlds();
    const seen: unknown[] = [];
    const look = (result: unknown) => (_: unknown, context: unknown) => {
      seen.push(context);
      return Promise.resolve(result);
    };
    const handlers = { a: look({ n: 1, a: true }), b: look('text'), c: look(['list']), d: look({ n: 2 }) };
    const { context } = await ours.executor(handlers).execute(chain('a', 'b', 'c', 'd'), { n: 0 });
    expect(seen).toEqual([{ n: 0 }, { n: 1, a: true }, { n: 1, a: true }, { n: 1, a: true }]);
    expect(context).toEqual({ n: 2, a: true });
  });

  test('the context is frozen, values in it too: a handler that writes to it fails instead of changing what others see', async () => {
    const { ours } = await twoWorlds();
    const handlers: Handlers = {
      top: (_, context) => Object.assign(context, { n: 1 }),
      deep: (_, context) => Object.assign(context.inner ?? {}, { n: 1 }),
    };
    for (const type of Object.keys(handlers)) {
      const failed = ours.executor(handlers).execute(chain(type), { inner: { n: 0 } });
      await expect(failed).rejects.toThrow(/read only|not extensible/);
    }
  });

  test('a step that throws fails the run, and the caller gets the error with its cause', async () => {
    const { ours } = await twoWorlds();
    const executor = ours.executor({ a: () => ({ a: 1 }), b: () => Promise.reject(new RangeError('too far')) });
    const failed: unknown = await executor.execute(chain('a', 'b'), {}).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(WorkflowFailedError);
    expect(failed).toMatchObject({ stepKey: 'b', cause: { cause: { name: 'RangeError', message: 'too far' } } });
    const { runId } = failed as WorkflowFailedError; // asserted above
    const types = (await ours.store.readEvents(runId)).map(({ type }) => type);
    // The draft's names, in the draft's order; a claim stands between them.
    expect(types.filter((type) => type !== 'run_claimed')).toEqual([
      'workflow_started',
      'step_started',
      'step_completed',
      'step_started',
      'step_failed',
      'workflow_failed',
    ]);
  });

  test('resume takes the definition as a second argument too', async () => {
    const { ours } = await twoWorlds();
    const entered: string[] = [];
    let isMended = false;
    const handlers: Handlers = {
      a: () => void entered.push('a'),
      b: () => {
        entered.push('b');
        if (!isMended) throw new Error('broken');
      },
    };
    const executor = ours.executor(handlers);
    const failed = await executor.execute(chain('a', 'b'), {}).catch(({ runId }: WorkflowFailedError) => ({ runId }));
    isMended = true;
    expect(await executor.resume(failed.runId, chain('a', 'b'))).toMatchObject({ status: 'completed' });
    expect(entered).toEqual(['a', 'b', 'b']);
  });

  test("the store has the draft's getRunState and logEvent", async () => {
    const { ours } = await twoWorlds();
    const { runId } = await ours.executor({ a: () => 1 }).execute(chain('a'), {});
    expect(await ours.store.getRunState('nobody')).toBeNull();
    const seq = await ours.store.logEvent(runId, 'note', { by: 'hand' });
    const [event] = await ours.store.readEvents(runId, { after: seq - 1 });
    expect(event).toMatchObject({ type: 'note', source: 'user', payload: '{"by":"hand"}' });
  });
});
