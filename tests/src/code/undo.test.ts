import { defineWorkflow, type WorkflowContext } from '@sisyphus-state/executor';
import { describe, expect, test } from 'vitest';
import { databases } from '../crash/databases.js';
import { useCodeWorlds } from './support/code-world.js';

const parked = { parkAfterMs: 0 };
const idle = { until: 'idle' } as const;

/** Books a flight and a hotel, then waits; what it did is undone with the results it had. */
function trip(calls: string[]) {
  const book = (ctx: WorkflowContext, what: string) =>
    ctx.step(what, () => ({ [what]: calls.push(what) }), {
      compensate: (result, { stepKey }) => void calls.push(`${stepKey} ${JSON.stringify(result)}`),
    });
  return defineWorkflow({ name: 'trip' }, async (ctx) => {
    try {
      await book(ctx, 'flight');
      await ctx.step('note', () => 1);
      await book(ctx, 'hotel');
      await ctx.waitForSignal('paid', { timeout: '1d' });
      await ctx.step('send', () => {
        throw new Error('no printer');
      });
    } catch (error) {
      calls.push('caught');
      throw error;
    }
  });
}

const undone = ['hotel/compensate {"hotel":2}', 'flight/compensate {"flight":1}'];

describe.each(databases)('a run of code on $name', (database) => {
  const makeWorld = useCodeWorlds(database);

  test('undoes what it did, the newest first, when it fails', async () => {
    const world = makeWorld();
    const calls: string[] = [];
    const workflow = trip(calls);
    const executor = await world.process([workflow]);
    const handle = await executor.start(workflow);
    await executor.signal(handle.runId, 'paid');
    await expect(handle.result()).rejects.toMatchObject({ code: 'WORKFLOW_FAILED', stepKey: 'send' });
    expect(calls).toEqual(['flight', 'hotel', 'caught', ...undone]);
    await world.verify(handle.runId);
  });

  test('undoes what it did when it is cancelled while nobody holds it, after a replay that nothing of it sees', async () => {
    const world = makeWorld();
    const calls: string[] = [];
    const workflow = trip(calls);
    const first = await world.process([workflow], parked);
    const { runId } = await first.execute(workflow, {}, idle);
    expect(await first.cancel(runId, 'rain')).toEqual({ kind: 'requested' });
    const worker = await world.process([workflow]);
    await worker.runUntilIdle();
    expect(calls).toEqual(['flight', 'hotel', ...undone]);
    expect(await worker.state(runId)).toMatchObject({ status: 'cancelled', reason: 'rain' });
    await world.verify(runId);
  });

  test('undoes what is left when the process that was undoing it is killed', async () => {
    const world = makeWorld();
    const calls: string[] = [];
    const workflow = trip(calls);
    let isStuck = (): void => undefined;
    const stuck = new Promise<void>((resolve) => {
      isStuck = resolve;
    });
    const hanging = defineWorkflow({ name: 'trip' }, async (ctx) => {
      const hang = () => {
        isStuck();
        return new Promise<never>(() => undefined);
      };
      await ctx.step('flight', () => ({ flight: calls.push('flight') }), { compensate: hang });
      await ctx.step('note', () => 1);
      await ctx.step('hotel', () => ({ hotel: calls.push('hotel') }), {
        compensate: (result) => void calls.push(`hotel ${JSON.stringify(result)}`),
      });
      await ctx.waitForSignal('paid', { timeout: '1d' });
    });
    const first = await world.process([hanging]);
    const { runId } = await first.start(hanging);
    await expect.poll(async () => (await first.state(runId))?.steps.length).toBe(4);
    await first.cancel(runId, 'rain');
    await stuck;
    await world.kill();
    const second = await world.process([workflow]);
    await second.runUntilIdle();
    expect(calls).toEqual(['flight', 'hotel', 'hotel {"hotel":2}', 'flight/compensate {"flight":1}']);
    expect(await second.state(runId)).toMatchObject({ status: 'cancelled' });
    await world.verify(runId);
  });

  test('is cancelled while a step ignores its signal: the body is left alone and its end is refused (pitfall 23)', async () => {
    const world = makeWorld();
    let end = (): void => undefined;
    let aborted: unknown = null;
    const workflow = defineWorkflow({ name: 'stubborn' }, async (ctx) => {
      await ctx.step('stubborn', ({ signal }) => {
        signal.addEventListener('abort', () => {
          aborted = signal.reason;
        });
        return new Promise<void>((resolve) => {
          end = resolve;
        });
      });
      return 'too late';
    });
    const executor = await world.process([workflow], { abortGraceMs: 5 });
    const handle = await executor.start(workflow);
    const cancelled = handle.result().catch((error: unknown) => error);
    await executor.cancel(handle.runId);
    expect(await cancelled).toMatchObject({ code: 'WORKFLOW_CANCELLED' });
    end();
    expect(aborted).toMatchObject({ code: 'ATTEMPT_ABORTED' });
    expect(await world.steps(handle.runId)).toEqual(['stubborn cancelled 1']);
    await world.verify(handle.runId);
  });

  test('ends what it still had under way when its function returns', async () => {
    const world = makeWorld();
    const workflow = defineWorkflow({ name: 'race' }, (ctx) =>
      Promise.race([
        ctx.step('quick', () => 'quick'),
        ctx.step(
          'slow',
          ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
        ),
        ctx.sleep('for ever', '100w'),
      ]),
    );
    const executor = await world.process([workflow]);
    const { runId, output } = await executor.execute(workflow);
    expect(output).toBe('quick');
    expect(await world.steps(runId)).toEqual(['quick completed 1', 'slow cancelled 1', 'for ever cancelled 0']);
    await world.verify(runId);
  });

  test('is paused between two steps and goes on from there', async () => {
    const world = makeWorld();
    const calls: string[] = [];
    let go = (): void => undefined;
    const workflow = defineWorkflow({ name: 'paused' }, async (ctx) => {
      await Promise.all([
        ctx
          .step('a', () => new Promise<void>((resolve) => (go = resolve)))
          .then(() => ctx.step('after a', () => void calls.push('after a'))),
        ctx.step('b', () => void calls.push('b')),
      ]);
      return calls.length;
    });
    const executor = await world.process([workflow]);
    const handle = await executor.start(workflow);
    await expect.poll(() => calls.length).toBe(1);
    await executor.pause(handle.runId, 'look at it');
    // From here on the holder knows: the step in hand may end, and nothing follows it.
    await expect.poll(() => world.mailReads()).toBeGreaterThan(0);
    go();
    await expect.poll(async () => (await executor.state(handle.runId))?.status).toBe('paused');
    expect(calls).toEqual(['b']);
    const other = await world.process([workflow]);
    expect((await other.resume(handle.runId)).output).toBe(2);
    await world.verify(handle.runId);
  });
});
