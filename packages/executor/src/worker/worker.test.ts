import { defineHandler } from '@sisyphus-state/handlers';
import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deferred } from '../engine/deferred.js';
import { WorkflowExecutor } from '../executor.js';
import type { ExecutorOptions } from '../executor-options.js';
import type { Workflow } from '../workflow.js';

const workflow: Workflow = { name: 'w', steps: [{ id: 'a', type: 'act' }] };

let store: WorkflowStore;
beforeEach(async () => {
  store = await openStore(':memory:');
});
afterEach(() => store.close());

function executorWith(act: () => unknown, options: ExecutorOptions = {}): WorkflowExecutor {
  return new WorkflowExecutor(store, { act }, options);
}

async function typesOf(runId: string): Promise<string[]> {
  return (await store.readEvents(runId)).map(({ type }) => type);
}

/** A handler whose calls a test ends by hand. */
function gated() {
  const gates: ReturnType<typeof deferred<unknown>>[] = [];
  const act = vi.fn(() => {
    const gate = deferred<unknown>();
    gates.push(gate);
    return gate.promise;
  });
  return { act, gates };
}

/** The store, as long as somebody else has each due run locked for the first so many claims. */
function heldFor(claims: number): WorkflowStore {
  let left = claims;
  const claimDue: WorkflowStore['claimDue'] = (request) => {
    left -= 1;
    return left >= 0 ? Promise.resolve([]) : store.claimDue(request);
  };
  return { ...store, claimDue };
}

describe('a worker', () => {
  it('drives what was left to workers, and nothing else begins it', async () => {
    const act = vi.fn(() => ({ n: 1 }));
    const executor = executorWith(act);
    const handle = await executor.start(workflow, { x: 1 }, { detach: true });
    expect(await handle.state()).toMatchObject({ status: 'pending' });
    expect(act).not.toHaveBeenCalled();
    const worker = executor.work();
    expect(await handle.result()).toMatchObject({ context: { x: 1, n: 1 } });
    await worker.stop();
  });

  it('is not idle while what is due is in the hand of somebody who lets it go again', async () => {
    await executorWith(() => null).start(workflow, null, { detach: true });
    const executor = new WorkflowExecutor(heldFor(3), { act: () => null });
    expect(await executor.runUntilIdle()).toMatchObject({ driven: 1 });
  });

  it('is idle when what is due can not be had for long', async () => {
    await executorWith(() => null).start(workflow, null, { detach: true });
    const executor = new WorkflowExecutor(heldFor(Number.POSITIVE_INFINITY), { act: () => null });
    expect(await executor.runUntilIdle()).toMatchObject({ driven: 0 });
  });

  it('takes the highest priority first, then the oldest', async () => {
    const order: unknown[] = [];
    const executor = new WorkflowExecutor(store, { act: (_, context) => void order.push(context.n) });
    for (const [n, priority] of [
      [1, 0],
      [2, 5],
      [3, 0],
      [4, 5],
    ])
      await executor.start(workflow, { n }, { detach: true, priority });
    expect(await executor.runUntilIdle({ concurrency: 1 })).toEqual({ driven: 4, nextDueAt: null });
    expect(order).toEqual([2, 4, 1, 3]);
  });

  it('drives no more runs at once than it may', async () => {
    const { act, gates } = gated();
    const executor = executorWith(act);
    for (let run = 0; run < 5; run += 1) await executor.start(workflow, null, { detach: true });
    const worker = executor.work({ concurrency: 2 });
    await vi.waitFor(() => expect(gates).toHaveLength(2));
    gates[0]?.resolve(null);
    await vi.waitFor(() => expect(gates).toHaveLength(3));
    expect(await store.listRuns({ status: 'running' })).toHaveLength(2);
    for (let index = 1; index < 5; index += 1) {
      await vi.waitFor(() => expect(gates[index]).toBeDefined());
      gates[index]?.resolve(null);
    }
    await worker.stop();
  });

  it('holds no more of a queue, or of one key, than their limits say', async () => {
    const { act, gates } = gated();
    const executor = executorWith(act);
    for (const concurrencyKey of ['x', 'x', 'y', 'z'])
      await executor.start(workflow, null, { detach: true, concurrencyKey });
    const worker = executor.work({ queues: [{ name: 'default', concurrency: 3, perKey: 1 }] });
    await vi.waitFor(() => expect(gates).toHaveLength(3));
    const running = await store.listRuns({ status: 'running' });
    expect(running.map(({ concurrencyKey }) => concurrencyKey).sort()).toEqual(['x', 'y', 'z']);
    for (const gate of gates) gate.resolve(null);
    await vi.waitFor(() => expect(gates).toHaveLength(4));
    gates[3]?.resolve(null);
    await worker.stop();
  });

  it('leaves alone what it has no handlers for, and what is behind it is not held up', async () => {
    const executor = executorWith(() => null);
    const foreign = { name: 'foreign', steps: [{ id: 'a', type: 'elsewhere' }] };
    const left = await executor.start(foreign, null, { detach: true, priority: 9 });
    const own = await executor.start(workflow, null, { detach: true });
    expect(await executor.runUntilIdle({ concurrency: 1 })).toMatchObject({ driven: 1 });
    expect(await own.state()).toMatchObject({ status: 'completed' });
    expect(await typesOf(left.runId)).toEqual(['workflow_started']);
  });

  it('never takes what it has no handlers for, although it looks no further while there is more to take', async () => {
    const executor = executorWith(() => null);
    const foreign = { name: 'foreign', steps: [{ id: 'a', type: 'elsewhere' }] };
    for (let run = 0; run < 3; run += 1) await executor.start(workflow, null, { detach: true });
    const left = await executor.start(foreign, null, { detach: true });
    const last = await executor.start(workflow, null, { detach: true });
    expect(await executor.runUntilIdle({ concurrency: 1 })).toMatchObject({ driven: 4 });
    expect(await last.state()).toMatchObject({ status: 'completed' });
    expect(await typesOf(left.runId)).toEqual(['workflow_started']);
  });

  it('takes runs for all the room that was left at once, and looks for no more while there are enough', async () => {
    const executor = executorWith(() => null);
    for (let run = 0; run < 15; run += 1) await executor.start(workflow, null, { detach: true });
    const claimDue = vi.spyOn(store, 'claimDue');
    const findDue = vi.spyOn(store, 'findDue');
    expect(await executor.runUntilIdle({ concurrency: 5 })).toMatchObject({ driven: 15 });
    const claims = await Promise.all(claimDue.mock.results.map(({ value }) => value));
    expect(claims.map(({ length }) => length)).toEqual([5, 5, 5, 0]);
    expect(findDue.mock.calls.length).toBeLessThanOrEqual(3);
  });

  it('goes on after a run that fails', async () => {
    let calls = 0;
    const executor = executorWith(() => {
      calls += 1;
      if (calls === 1) throw new Error('the first one fails');
    });
    const [first, second] = [
      await executor.start(workflow, null, { detach: true }),
      await executor.start(workflow, null, { detach: true }),
    ];
    await executor.runUntilIdle({ concurrency: 1 });
    await expect(first.result()).rejects.toMatchObject({ code: 'WORKFLOW_FAILED' });
    expect(await second.result()).toMatchObject({ status: 'completed' });
  });

  it('wakes a parked run when it is due, once', async () => {
    const act = vi.fn();
    const executor = executorWith(act, { parkAfterMs: 1 });
    const nap: Workflow = {
      name: 'n',
      steps: [
        { id: 'nap', type: 'sleep', with: { for: 30 } },
        { id: 'a', type: 'act' },
      ],
    };
    const handle = await executor.start(nap, null, { detach: true });
    const workers = [executor.work(), executor.work()];
    await handle.result();
    expect(act).toHaveBeenCalledTimes(1);
    expect((await typesOf(handle.runId)).filter((type) => type === 'workflow_suspended')).toHaveLength(1);
    await Promise.all(workers.map((worker) => worker.stop()));
  });

  it('starts a delayed run when its time has come', async () => {
    let now = 1_000_000;
    await store.close();
    store = await openStore(':memory:', { clock: () => now });
    const executor = executorWith(() => null);
    const handle = await executor.start(workflow, null, { startAfter: '10m' });
    expect(await executor.runUntilIdle()).toEqual({ driven: 0, nextDueAt: now + 600_000 });
    now += 600_000;
    expect(await executor.runUntilIdle()).toEqual({ driven: 1, nextDueAt: null });
    expect(await handle.state()).toMatchObject({ status: 'completed' });
  });
});

describe('a worker that stops', () => {
  it('lets the attempt in hand end and be recorded, and gives the run back', async () => {
    const { act, gates } = gated();
    const executor = executorWith(act);
    const handle = await executor.start(
      {
        name: 'w',
        steps: [
          { id: 'a', type: 'act' },
          { id: 'b', type: 'act' },
        ],
      },
      null,
      { detach: true },
    );
    const worker = executor.work();
    await vi.waitFor(() => expect(gates).toHaveLength(1));
    const stopped = worker.stop();
    gates[0]?.resolve({ done: true });
    await stopped;
    expect(await handle.state()).toMatchObject({ status: 'pending', steps: [{ stepKey: 'a', status: 'completed' }] });
    expect((await typesOf(handle.runId)).at(-1)).toBe('run_released');
  });

  it('is interrupted with its executor, also while it works until idle', async () => {
    const hang = (_: unknown, { signal }: { signal: AbortSignal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const executor = new WorkflowExecutor(store, [defineHandler({ type: 'act', run: hang })]);
    const { runId } = await executor.start(workflow, null, { detach: true });
    const done = executor.runUntilIdle();
    await vi.waitFor(async () => expect(await typesOf(runId)).toContain('step_started'));
    await executor.interrupt();
    expect(await done).toMatchObject({ driven: 1 });
    expect(await store.readRun(runId)).toMatchObject({ status: 'pending' });
  });

  it('aborts its handlers when it is interrupted', async () => {
    const hang = (_: unknown, { signal }: { signal: AbortSignal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const executor = new WorkflowExecutor(store, [defineHandler({ type: 'act', run: hang })]);
    const handle = await executor.start(workflow, null, { detach: true });
    const worker = executor.work();
    await vi.waitFor(async () => expect(await handle.state()).toMatchObject({ status: 'running' }));
    await worker.interrupt();
    expect(await handle.state()).toMatchObject({ status: 'pending', steps: [{ status: 'running', attempts: 1 }] });
  });

  it('takes nothing more, and is done with at once when it has nothing in hand', async () => {
    const executor = executorWith(() => null);
    const worker = executor.work();
    await worker.stop();
    const handle = await executor.start(workflow, null, { detach: true });
    await worker.stopped;
    expect(await handle.state()).toMatchObject({ status: 'pending' });
  });

  it('stops with its executor', async () => {
    const executor = executorWith(() => null);
    const worker = executor.work();
    await executor.stop();
    await expect(worker.stopped).resolves.toBeUndefined();
  });

  it('ends with an error when its store is closed', async () => {
    const worker = executorWith(() => null).work();
    await store.close();
    await expect(worker.stopped).rejects.toMatchObject({ code: 'STORE_CLOSED' });
  });
});

describe('what a worker is asked for', () => {
  it.each([
    ['no queue', { queues: [] }],
    ['no run at once', { concurrency: 0 }],
    ['half a run at once', { concurrency: 1.5 }],
    ['a limit of nothing', { queues: [{ name: 'q', concurrency: 0 }] }],
    ['a limit of nothing per key', { queues: [{ name: 'q', perKey: -1 }] }],
  ])('is refused when it is %s', (_, options) => {
    expect(() => executorWith(() => null).work(options)).toThrow(RangeError);
  });
});
