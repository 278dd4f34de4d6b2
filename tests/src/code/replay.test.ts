import { defineWorkflow, NonDeterminismError, StepFailedError, type WorkflowContext } from '@sisyphus-state/executor';
import { describe, expect, test } from 'vitest';
import { databases } from '../crash/databases.js';
import { useCodeWorlds } from './support/code-world.js';

type Body = (ctx: WorkflowContext) => Promise<unknown>;
const code = (run: Body, version = 1) => defineWorkflow({ name: 'w', version }, run);
/** Parked as soon as it waits: each wait is a life of its own. */
const parked = { parkAfterMs: 0 };
const idle = { until: 'idle' } as const;

describe.each(databases)('a workflow as code on $name', (database) => {
  const makeWorld = useCodeWorlds(database);

  test('does not see its own suspension: no catch, no finally, and nothing returns early (pitfall 1)', async () => {
    const world = makeWorld();
    const seen: string[] = [];
    const workflow = code(async (ctx) => {
      try {
        await ctx.step('before', () => void seen.push('before'));
        await ctx.waitForSignal('go');
        seen.push('went on');
      } catch {
        seen.push('caught');
      } finally {
        seen.push('finally');
      }
      return 'done';
    });
    const first = await world.process([workflow], parked);
    const waiting = await first.execute(workflow, {}, idle);
    expect(waiting).toMatchObject({ status: 'waiting', reason: 'signal:go' });
    expect(seen).toEqual(['before']);
    const second = await world.process([workflow]);
    await second.signal(waiting.runId, 'go');
    expect((await second.resume(waiting.runId)).output).toBe('done');
    expect(seen).toEqual(['before', 'went on', 'finally']);
    await world.verify(waiting.runId);
  });

  test('never runs a step again that failed and was caught (pitfall 2)', async () => {
    const world = makeWorld();
    const calls: string[] = [];
    const workflow = code(async (ctx) => {
      const how = await ctx
        .step('main', () => {
          calls.push('main');
          throw new Error('down');
        })
        .catch(async (error: unknown) => {
          expect(error).toBeInstanceOf(StepFailedError);
          return ctx.step('instead', () => {
            calls.push('instead');
            return (error as Error).message;
          });
        });
      await ctx.waitForSignal('go');
      await ctx.step('last', () => {
        calls.push('last');
        if (calls.length < 4) throw new Error('not mended');
      });
      return how;
    });
    const first = await world.process([workflow], parked);
    const { runId } = await first.execute(workflow, {}, idle);
    const second = await world.process([workflow]);
    await second.signal(runId, 'go');
    await expect(second.resume(runId)).rejects.toMatchObject({ code: 'WORKFLOW_FAILED', stepKey: 'last' });
    const { output } = await second.resume(runId);
    expect(output).toBe(`Step "main" of run ${runId} failed: down`);
    expect(calls).toEqual(['main', 'instead', 'last', 'last']);
    await world.verify(runId);
  });

  test('replays races and branches in the order in which they went, whatever the order of their starts (pitfall 3)', async () => {
    const world = makeWorld();
    const gates = new Map<string, () => void>();
    const gate = (name: string) => new Promise<void>((resolve) => gates.set(name, resolve));
    const orders: string[][] = [];
    const workflow = code(async (ctx) => {
      const order: string[] = [];
      orders.push(order);
      const branch = async (name: string) => {
        // All branches use one label: what is whose depends on the order of calls, which the order of ends decides.
        const value = await ctx.step('work', () => gate(name).then(() => name));
        order.push(value);
        return [name, await ctx.step('then', () => `${name}!`)];
      };
      const all = Promise.all(['a', 'b', 'c'].map(branch));
      const raced = await Promise.race([ctx.step('slow', () => gate('slow')), ctx.step('quick', () => 'quick')]);
      const results = await all;
      await ctx.waitForSignal('go');
      return { raced, results, order };
    });
    const first = await world.process([workflow], parked);
    const running = first.execute(workflow, {}, idle);
    for (const name of ['c', 'a', 'b']) {
      await expect.poll(() => gates.has(name)).toBe(true);
      gates.get(name)?.();
      await expect.poll(() => orders[0]).toContain(name);
    }
    gates.get('slow')?.();
    const { runId } = await running;
    const second = await world.process([workflow]);
    await second.signal(runId, 'go');
    const { output } = await second.resume(runId);
    expect(output).toEqual({
      raced: 'quick',
      results: [
        ['a', 'a!'],
        ['b', 'b!'],
        ['c', 'c!'],
      ],
      order: ['c', 'a', 'b'],
    });
    expect(orders).toEqual([
      ['c', 'a', 'b'],
      ['c', 'a', 'b'],
    ]);
  });

  test('keeps what it asked of time and chance', async () => {
    const world = makeWorld();
    const lives: unknown[][] = [];
    const workflow = code(async (ctx) => {
      const values = [ctx.now(), ctx.random(), ctx.uuid(), ctx.uuid()];
      lives.push(values);
      await ctx.step('between', () => 1);
      values.push(ctx.now(), ctx.random());
      await ctx.waitForSignal('go');
      return values;
    });
    const first = await world.process([workflow], parked);
    const { runId } = await first.execute(workflow, {}, idle);
    const second = await world.process([workflow]);
    await second.signal(runId, 'go');
    const { output } = await second.resume(runId);
    expect(output).toEqual(lives[0]);
    expect(lives).toHaveLength(2);
    expect(new Set(output as unknown[]).size).toBeGreaterThanOrEqual(5);
    const [now] = output as number[];
    expect(Math.abs((now ?? 0) - Date.now())).toBeLessThan(600_000);
    await world.verify(runId);
  });

  test('takes a null payload for what it is, and a timeout for a failure of its own (pitfalls 7, 8)', async () => {
    const world = makeWorld();
    const workflow = code(async (ctx) => {
      await ctx.step('wait for the signals', () => 1);
      const payload = await ctx.waitForSignal('early', { timeout: '1d' });
      const late = await ctx.waitForSignal('late', { timeout: 1 }).catch((error: StepFailedError) => error.error.code);
      return { payload, late };
    });
    const executor = await world.process([workflow]);
    const handle = await executor.start(workflow, {}, { detach: true });
    await executor.signal(handle.runId, 'early', null);
    await executor.runUntilIdle();
    expect((await executor.resume(handle.runId)).output).toEqual({ payload: null, late: 'WAIT_TIMEOUT' });
  });

  test('says what the journal has and what the code asks for, starts nothing, and goes on when the code is back', async () => {
    const world = makeWorld();
    const calls: string[] = [];
    const step = (ctx: WorkflowContext, name: string) => ctx.step(name, () => void calls.push(name));
    const old = code(async (ctx) => {
      await step(ctx, 'a');
      await step(ctx, 'b');
      await ctx.waitForSignal('go');
      await step(ctx, 'c');
    });
    const changed = code(async (ctx) => {
      await step(ctx, 'a');
      await step(ctx, 'x');
      await ctx.waitForSignal('go');
    });
    const first = await world.process([old], parked);
    const { runId } = await first.execute(old, {}, idle);
    const second = await world.process([changed]);
    const refused = await second.resume(runId).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(NonDeterminismError);
    expect(refused).toMatchObject({ code: 'NON_DETERMINISM', recorded: { key: 'b', status: 'completed' } });
    expect((refused as Error).message).toMatch(/the journal has step "b".*the code asks for "x" \(function\)/);
    expect(await second.state(runId)).toMatchObject({
      status: 'paused',
      reason: expect.stringContaining('non_determinism'),
    });
    expect(calls).toEqual(['a', 'b']);
    const third = await world.process([old]);
    await third.signal(runId, 'go');
    await third.resume(runId);
    expect(calls).toEqual(['a', 'b', 'c']);
    await world.verify(runId);
  });

  test.each<[string, Body, RegExp]>([
    ['returns early', async (ctx) => ctx.step('a', () => 1), /has returned/],
    ['throws early', async () => Promise.reject(new Error('oh')), /threw Error: oh/],
    ['asks for a step of another type', async (ctx) => ctx.sleep('a', 1), /asks for "a" as sleep/],
    [
      'forgets what it waits for',
      async (ctx) => ctx.step('a', () => 1).then(() => ctx.step('z', () => 1)),
      /"go".*asks for "z"/,
    ],
  ])('notices code that %s', async (_, body, message) => {
    const world = makeWorld();
    const old = code((ctx) => ctx.step('a', () => 1).then(() => ctx.waitForSignal('go')));
    const first = await world.process([old], parked);
    const { runId } = await first.execute(old, {}, idle);
    const changed = code(body);
    const second = await world.process([changed]);
    await expect(second.resume(runId)).rejects.toThrow(message);
    expect(await world.steps(runId)).toEqual(['a completed 1', 'go waiting 0']);
  });

  test('goes the old way in a run from before a change, and the new way in a new one', async () => {
    const world = makeWorld();
    const old = code(async (ctx) => {
      await ctx.step('a', () => 1);
      await ctx.waitForSignal('go');
      return ctx.step('old', () => 'old');
    });
    const patched = code(async (ctx) => {
      if (ctx.patched('check first')) await ctx.step('check', () => 1);
      await ctx.step('a', () => 1);
      await ctx.waitForSignal('go');
      // Asked again after the replay: the answer stays what it was.
      return ctx.patched('check first') ? ctx.step('new', () => 'new') : ctx.step('old', () => 'old');
    });
    const first = await world.process([old], parked);
    const before = await first.execute(old, {}, idle);
    const second = await world.process([patched], parked);
    const after = await second.execute(patched, {}, idle);
    for (const { runId } of [before, after]) await second.signal(runId, 'go');
    expect((await second.resume(before.runId)).output).toBe('old');
    expect((await second.resume(after.runId)).output).toBe('new');
    await world.verify(before.runId);
  });

  test('goes on with the version it began with, which stands beside the new one', async () => {
    const world = makeWorld();
    const one = code((ctx) => ctx.waitForSignal('go').then(() => 'one'), 1);
    const two = code((ctx) => ctx.waitForSignal('go').then(() => 'two'), 2);
    const first = await world.process([one], parked);
    const { runId } = await first.execute(one, {}, idle);
    const only = await world.process([two]);
    await expect(only.resume(runId)).rejects.toThrow(/version 1 of "w".*does not know/);
    await expect(only.resume(runId, two)).rejects.toMatchObject({ code: 'WORKFLOW_MISMATCH' });
    const both = await world.process([two, one], parked);
    const newest = await both.execute('w', {}, idle);
    for (const id of [runId, newest.runId]) await both.signal(id, 'go');
    expect((await both.resume(runId)).output).toBe('one');
    expect((await both.resume(newest.runId)).output).toBe('two');
  });

  test('is taken by the workers that know its code, and by no others', async () => {
    const world = makeWorld();
    const workflow = code((ctx) => ctx.step('a', () => 'worked'));
    const client = await world.process([workflow]);
    const { runId } = await client.start(workflow, {}, { detach: true });
    const stranger = await world.process([code((ctx) => ctx.step('a', () => 'other'), 2)]);
    expect(await stranger.runUntilIdle()).toMatchObject({ driven: 0 });
    const worker = await world.process([workflow]);
    expect(await worker.runUntilIdle()).toMatchObject({ driven: 1 });
    expect(await worker.state(runId)).toMatchObject({ status: 'completed', output: 'worked', name: 'w', version: 1 });
  });
});
