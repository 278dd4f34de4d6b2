import { defineHandler } from '@sisyphus-state/handlers';
import { openStore, verifyRun, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defineWorkflow } from '../code/define-workflow.js';
import { WorkflowExecutor } from '../executor.js';
import type { ForkOptions } from '../executor-options.js';
import type { Workflow } from '../workflow.js';

/** `a`, then `b` and beside it `side`, then `c`, which needs both. */
const flow: Workflow = {
  name: 'flow',
  steps: [
    { id: 'a', type: 'act', with: '${{ input }}' },
    { id: 'b', type: 'gate', needs: ['a'] },
    { id: 'side', type: 'act', needs: ['a'], with: 'side' },
    { id: 'c', type: 'act', needs: ['b', 'side'], with: '${{ steps.b.output }}' },
  ],
  output: '${{ steps.c.output }}',
};

let store: WorkflowStore;
let executor: WorkflowExecutor;
let did: string[];
let gate: () => unknown;
const handlers = {
  act: ({ id, with: value }: Readonly<Record<string, unknown>>) => {
    did.push(String(id));
    return { [String(id)]: value };
  },
  undo: ({ id }: Readonly<Record<string, unknown>>) => void did.push(`undo ${String(id)}`),
  gate: () => {
    did.push('b');
    return gate();
  },
};

beforeEach(async () => {
  store = await openStore(':memory:');
  executor = new WorkflowExecutor(store, handlers, { abortGraceMs: 1 });
  did = [];
  gate = () => Promise.reject(new Error('shut'));
});
afterEach(async () => {
  await executor.stop();
  await store.close();
});

async function failedRun(workflow: Workflow = flow, input: unknown = 1): Promise<string> {
  const handle = await executor.start(workflow, input);
  await expect(handle.result()).rejects.toMatchObject({ code: 'WORKFLOW_FAILED' });
  did.length = 0;
  return handle.runId;
}

/** Forks and follows to the end; the log must fold to the tables. */
async function forked(runId: string, options: ForkOptions) {
  const handle = await executor.fork(runId, options);
  const result = await handle.result();
  const run = await store.readRun(handle.runId);
  const events = await store.readEvents(handle.runId);
  if (run === null) throw new Error('It was created.');
  expect(verifyRun({ run, events, steps: await store.readSteps(handle.runId) })).toEqual([]);
  return { ...result, created: handle.created, events };
}

describe('a fork', () => {
  it('does anew only the step it is made from and what needs that, with the input of its source', async () => {
    const runId = await failedRun(flow, { n: 1 });
    gate = () => 'open';
    const fork = await forked(runId, { from: 'b' });
    expect(did).toEqual(['b', 'c']);
    expect(fork).toMatchObject({ created: true, status: 'completed', output: { c: 'open' } });
    expect(fork.context).toEqual({ n: 1, a: { n: 1 }, side: 'side', c: 'open' });
    expect(fork.runId).not.toBe(runId);
    expect(fork.events.map(({ type }) => type).slice(0, 3)).toEqual(['run_forked', 'run_claimed', 'step_started']);
  });

  it('leaves its source as it is, to be gone on with by itself', async () => {
    const runId = await failedRun();
    gate = () => 'open';
    const before = await executor.state(runId);
    await forked(runId, { from: 'b' });
    expect(await executor.state(runId)).toEqual(before);
    did.length = 0;
    expect(await executor.resume(runId)).toMatchObject({ status: 'completed' });
    expect(did).toEqual(['b', 'c']);
  });

  it('gives its steps idempotency keys of their own', async () => {
    const keys: string[] = [];
    const note = defineHandler({
      type: 'note',
      version: 1,
      run: (_, { idempotencyKey }) => void keys.push(idempotencyKey),
    });
    const keyed = new WorkflowExecutor(store, [note]);
    const { runId } = await keyed.execute({ name: 'w', steps: [{ id: 'a', type: 'note' }] });
    const handle = await keyed.fork(runId, { from: 'a' });
    await handle.result();
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(2);
  });

  it('of a completed run can go another way from any of its steps', async () => {
    gate = () => 'open';
    const { runId } = await executor.execute(flow, 7);
    did.length = 0;
    gate = () => 'wide open';
    expect((await forked(runId, { from: 'c' })).output).toEqual({ c: 'open' });
    expect(did).toEqual(['c']);
    expect((await forked(runId, { from: 'b' })).output).toEqual({ c: 'wide open' });
    expect((await forked(runId, { from: 'a' })).output).toEqual({ c: 'wide open' });
  });

  it('of a run under way begins with what is done by then', async () => {
    let open: (value: string) => void = () => undefined;
    gate = () => new Promise((resolve) => (open = resolve));
    const source = await executor.start(flow, 1);
    await expect.poll(() => did).toContain('side');
    await expect
      .poll(async () => (await source.state())?.steps.find(({ stepId }) => stepId === 'side')?.status)
      .toBe('completed');
    const first = open;
    did.length = 0;
    const fork = await executor.fork(source.runId, { from: 'b' });
    await expect.poll(() => did).toEqual(['b']);
    open('forked');
    expect((await fork.result()).output).toEqual({ c: 'forked' });
    first('source');
    expect((await source.result()).output).toEqual({ c: 'source' });
  });

  it('asks about an attempt that must not run twice and that its source does not know the end of (pitfall 21)', async () => {
    const once: Workflow = {
      name: 'once',
      steps: [
        { id: 'pay', type: 'gate', delivery: 'at-most-once', needs: [] },
        { id: 'look', type: 'act', needs: [] },
      ],
    };
    gate = () => new Promise(() => undefined);
    const source = await executor.start(once, null);
    await expect.poll(async () => (await source.state())?.steps.map(({ status }) => status)).toContain('completed');
    did.length = 0;
    const fork = await executor.fork(source.runId, { from: 'look' });
    await expect.poll(async () => (await fork.state())?.status).toBe('waiting');
    expect(did).toEqual(['look']);
    await executor.resolve(fork.runId, 'pay', { completed: 'paid' });
    expect(await fork.result()).toMatchObject({ status: 'completed' });
    expect(did).toEqual(['look']);
    await executor.interrupt();
  });

  it('is driven by workers when it is left to them', async () => {
    const runId = await failedRun();
    gate = () => 'open';
    const handle = await executor.fork(runId, { from: 'b', detach: true });
    expect(await handle.state()).toMatchObject({ status: 'pending', fence: 0 });
    const other = new WorkflowExecutor(store, handlers);
    expect(await other.runUntilIdle()).toMatchObject({ driven: 1 });
    expect((await handle.result()).output).toEqual({ c: 'open' });
  });

  it('takes what is said of it before what its source has', async () => {
    const runId = await failedRun();
    const id = '01900000-0000-7000-8000-000000000009';
    const options = { runId: id, namespace: 'n', queue: 'q', priority: 3, tags: { why: 'test' }, concurrencyKey: 'k' };
    await executor.fork(runId, { ...options, from: 'b', idempotencyKey: 'i', detach: true });
    expect(await store.readRun(id)).toMatchObject({
      ...{ id, namespace: 'n', queue: 'q', priority: 3, tags: '{"why":"test"}', concurrencyKey: 'k' },
      ...{ idempotencyKey: 'i', name: 'flow' },
    });
  });

  it('with a known idempotency key is the one that there is', async () => {
    const runId = await failedRun();
    gate = () => 'open';
    const first = await forked(runId, { from: 'b', idempotencyKey: 'k' });
    did.length = 0;
    const again = await forked(runId, { from: 'b', idempotencyKey: 'k' });
    expect(again).toMatchObject({ runId: first.runId, created: false, output: { c: 'open' } });
    expect(did).toEqual([]);
    const other = executor.fork(runId, { from: 'a', idempotencyKey: 'k' });
    await expect(other).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', runId: first.runId });
  });

  it('of a fork carries what that one had and did', async () => {
    const runId = await failedRun();
    gate = () => 'open';
    const first = await forked(runId, { from: 'b' });
    did.length = 0;
    expect((await forked(first.runId, { from: 'c' })).output).toEqual({ c: 'open' });
    expect(did).toEqual(['c']);
  });
});

describe('compensations and forks', () => {
  const trip: Workflow = {
    name: 'trip',
    steps: [
      { id: 'a', type: 'act', compensate: { type: 'undo' } },
      { id: 'side', type: 'act', compensate: { type: 'undo' } },
      { id: 'b', type: 'gate' },
    ],
  };

  it('a fork never undoes what its source did, only what it did itself', async () => {
    gate = () => 'open';
    const { runId } = await executor.execute(trip);
    did.length = 0;
    gate = () => Promise.reject(new Error('shut'));
    const fork = await executor.fork(runId, { from: 'side' });
    await expect(fork.result()).rejects.toMatchObject({ code: 'WORKFLOW_FAILED' });
    expect(did).toEqual(['side', 'b', 'undo side']);
  });

  it('a fork of a run that was undone does again what was undone, and may undo that', async () => {
    const runId = await failedRun(trip);
    const fork = await executor.fork(runId, { from: 'b' });
    await expect(fork.result()).rejects.toMatchObject({ code: 'WORKFLOW_FAILED' });
    expect(did).toEqual(['a', 'side', 'b', 'undo side', 'undo a']);
  });

  it('a run that was undone says that it can be forked', async () => {
    await expect(executor.resume(await failedRun(trip))).rejects.toThrow(/Fork it/);
  });
});

describe('a fork of a run of code', () => {
  const note = (label: string) => () => void did.push(label);
  /** Catches a failure, and goes on beside a step that takes long. */
  const code = defineWorkflow({ name: 'code', version: 1 }, async (ctx) => {
    const at = ctx.random();
    await ctx.step('first', note('first'), { compensate: note('undo first') });
    const caught = await ctx.step('shaky', { type: 'gate' }).catch(() => 'caught');
    await ctx.step('second', note('second'));
    await ctx.step('last', { type: 'act', with: caught });
    return [at, caught];
  });

  it('has what ended before the step began, a caught failure and recorded values included', async () => {
    executor = new WorkflowExecutor(store, handlers, { workflows: [code] });
    const { runId, output } = await executor.execute(code);
    did.length = 0;
    gate = () => 'open';
    expect((await forked(runId, { from: 'second' })).output).toEqual(output);
    expect(did).toEqual(['second', 'last']);
  });

  it('does anew all that began after, and undoes nothing that its source did', async () => {
    executor = new WorkflowExecutor(store, handlers, { workflows: [code] });
    const { runId } = await executor.execute(code);
    did.length = 0;
    gate = () => 'open';
    expect((await forked(runId, { from: 'shaky' })).output).toEqual([expect.any(Number), 'open']);
    expect(did).toEqual(['b', 'second', 'last']);
    const act = () => Promise.reject(new Error('no'));
    const failing = new WorkflowExecutor(store, { ...handlers, act }, { workflows: [code] });
    const handle = await failing.fork(runId, { from: 'last' });
    await expect(handle.result()).rejects.toMatchObject({ code: 'WORKFLOW_FAILED' });
    expect(did).not.toContain('undo first');
  });

  it('is refused from a step that it does not have, and without its code', async () => {
    executor = new WorkflowExecutor(store, handlers, { workflows: [code] });
    const { runId } = await executor.execute(code);
    await expect(executor.fork(runId, { from: 'secnd' })).rejects.toThrow(/Did you mean `second`/);
    const bare = new WorkflowExecutor(store, handlers);
    await expect(bare.fork(runId, { from: 'second' })).rejects.toMatchObject({ code: 'DEFINITION_MISSING' });
    expect(await executor.list()).toHaveLength(1);
  });
});

describe('forking is refused, and nothing created,', () => {
  it('for a run that is not there', async () => {
    await expect(executor.fork('nowhere', { from: 'a' })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });

  it.each([
    ['d', /has no step "d"\. .*These have begun: a, b, side\./],
    ['sied', /Did you mean `side`\?/],
    ['c', /Step "c" of run .* has not begun/],
  ])('from the step %s, which is not there or has not begun', async (from, message) => {
    const runId = await failedRun();
    const refused = executor.fork(runId, { from });
    await expect(refused).rejects.toMatchObject({ code: 'FORK_STEP', runId });
    await expect(refused).rejects.toThrow(message);
    expect(await executor.list()).toHaveLength(1);
  });

  it('without handlers for its steps, unless it is left to workers', async () => {
    const runId = await failedRun();
    const bare = new WorkflowExecutor(store, []);
    await expect(bare.fork(runId, { from: 'b' })).rejects.toMatchObject({ code: 'HANDLER_NOT_FOUND' });
    expect(await executor.list()).toHaveLength(1);
    expect((await bare.fork(runId, { from: 'b', detach: true })).created).toBe(true);
  });
});
