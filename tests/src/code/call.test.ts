import { defineWorkflow, StepFailedError, type WorkflowDefinition } from '@sisyphus-state/executor';
import { describe, expect, test } from 'vitest';
import { databases } from '../crash/databases.js';
import { useCodeWorlds } from './support/code-world.js';

const doubling: WorkflowDefinition = {
  name: 'doubling',
  input: { type: 'object', required: ['n'], properties: { n: { type: 'number' } } },
  steps: [{ id: 'nap', type: 'sleep', with: { for: 1 } }],
  output: '${{ input.n * 2.0 }}',
};

const child = defineWorkflow({ name: 'child', version: 3 }, async (ctx, { n }: { n: number }) => {
  const doubled = await ctx.call('double', doubling, { n });
  return { doubled, by: await ctx.step('by', () => 'child') };
});

const parent = defineWorkflow({ name: 'parent' }, async (ctx, numbers: readonly number[]) => {
  const calls = numbers.map((n) => ctx.call('each', child, { n }));
  return (await Promise.all(calls)).map(({ doubled }) => doubled);
});

const failing = defineWorkflow({ name: 'failing' }, async (ctx) => {
  await ctx.step('bad', () => {
    throw Object.assign(new Error('no luck'), { code: 'LUCK' });
  });
});

describe.each(databases)('a workflow as code that calls others on $name', (database) => {
  const makeWorld = useCodeWorlds(database);

  test('gets their outputs, three deep, with one run at a time (pitfall 14)', async () => {
    const world = makeWorld();
    const worker = await world.process([parent, child]);
    const { runId } = await worker.start(parent, [1, 2, 3], { detach: true });
    for (let round = 0; round < 100 && (await worker.state(runId))?.status !== 'completed'; round += 1)
      await worker.runUntilIdle({ concurrency: 1 });
    expect(await worker.state(runId)).toMatchObject({ status: 'completed', output: [2, 4, 6] });
    const runs = await worker.list();
    expect(runs.map(({ name }) => name).sort()).toEqual([
      ...['child', 'child', 'child', 'doubling', 'doubling', 'doubling', 'parent'],
    ]);
    for (const run of runs) await world.verify(run.id);
  });

  test('goes on with them after a kill, and starts none twice (pitfalls 4, 9)', async () => {
    const world = makeWorld();
    const gated = defineWorkflow({ name: 'child', version: 3 }, async (ctx, { n }: { n: number }) => {
      await ctx.waitForSignal('go');
      return { doubled: n * 2, by: 'gated' };
    });
    const first = await world.process([parent, gated], { parkAfterMs: 0 });
    const { runId } = await first.execute(parent, [5], { until: 'idle' });
    await world.kill();
    const second = await world.process([parent, gated]);
    const [called] = (await second.list()).filter(({ name }) => name === 'child');
    await second.signal(called?.id ?? '', 'go');
    expect((await second.resume(runId)).output).toEqual([10]);
    expect((await second.list()).filter(({ name }) => name === 'child')).toHaveLength(1);
    await world.verify(runId);
  });

  test('sees a child’s failure as its step’s, and may catch it', async () => {
    const world = makeWorld();
    const catching = defineWorkflow({ name: 'catching' }, (ctx) =>
      ctx.call('try', failing, {}).then(
        () => 'it worked',
        (error: unknown) => (error instanceof StepFailedError ? [error.error.code, error.error.cause?.code] : error),
      ),
    );
    const executor = await world.process([catching, failing]);
    const { output, runId } = await executor.execute(catching, {});
    expect(output).toEqual(['CHILD_FAILED', 'LUCK']);
    await world.verify(runId);
  });

  test('cancels its children when it is cancelled (pitfall 23)', async () => {
    const world = makeWorld();
    const endless = defineWorkflow({ name: 'child', version: 3 }, (ctx) => ctx.waitForSignal('never'));
    const executor = await world.process([parent, endless], { parkAfterMs: 0 });
    const { runId } = await executor.execute(parent, [1, 2], { until: 'idle' });
    await executor.cancel(runId, 'enough');
    await executor.runUntilIdle();
    expect((await executor.list()).map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled']);
  });

  test('fails the step when the called code is not known here, and says which', async () => {
    const world = makeWorld();
    const executor = await world.process([parent]);
    await expect(executor.execute(parent, [1])).rejects.toThrow(/child@3/);
  });
});
