import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WorkflowExecutor } from '../executor.js';
import type { NewRunOptions } from '../executor-options.js';
import type { Workflow } from '../workflow.js';

let store: WorkflowStore;
beforeEach(async () => {
  store = await openStore(':memory:');
});
afterEach(() => store.close());

const act = () => ({ done: true });
const single: Workflow = { name: 'single', steps: [{ id: 'a', type: 'act' }] };

/** Leaves a run to a worker; gives what it recorded besides its claims, and what happened to the run. */
async function work(
  workflow: Workflow,
  options: NewRunOptions = {},
  handlers: Record<string, () => unknown> = { act },
) {
  const begun: string[][] = [];
  const recorded: string[][] = [];
  const spied: WorkflowStore = {
    ...store,
    claimDue: ({ begin, ...request }) =>
      store.claimDue({
        ...request,
        begin: (claim) => {
          const changes = begin?.(claim) ?? [];
          begun.push(changes.map(({ type }) => type));
          return changes;
        },
      }),
    record: (lease, changes, more) => {
      recorded.push(changes.map(({ type }) => type));
      return store.record(lease, changes, more);
    },
  };
  const executor = new WorkflowExecutor(spied, handlers);
  const { runId } = await executor.start(workflow, { n: 1 }, { detach: true, ...options });
  await executor.runUntilIdle();
  return { runId, begun, recorded, state: await store.getRunState(runId) };
}

describe('a new run that a worker takes', () => {
  it('is begun in the commit that takes it', async () => {
    const { begun, recorded, state } = await work(single);
    expect(begun).toEqual([['step_started']]);
    expect(recorded).toEqual([['step_completed', 'workflow_completed']]);
    expect(state).toMatchObject({ status: 'completed', context: { n: 1, done: true } });
  });

  it('begins all that may begin at once, and passes over what is skipped', async () => {
    const steps = [
      { id: 'a', type: 'act', needs: [] },
      { id: 'b', type: 'act', needs: [], if: 'input.n == 2' },
      { id: 'c', type: 'act', needs: [] },
    ];
    const { begun, state } = await work({ name: 'wide', steps });
    expect(begun).toEqual([['step_started', 'step_skipped', 'step_started']]);
    expect(state).toMatchObject({ status: 'completed' });
  });

  it.each<[string, Workflow, NewRunOptions]>([
    ['waits', { name: 'waits', steps: [{ id: 'a', type: 'sleep', with: { for: 1 } }] }, {}],
    ['ends at once', { name: 'ends', steps: [{ id: 'a', type: 'act', if: 'input.n == 2' }] }, {}],
    [
      'can not begin',
      { name: 'fails', steps: [{ id: 'a', type: 'act', with: { x: `\${{ input.nothing.at }}` } }] },
      {},
    ],
    ['has a budget', single, { budget: { steps: 5 } }],
  ])('is begun in a commit of its own when it %s', async (_, workflow, options) => {
    const { begun, recorded, state } = await work(workflow, options);
    expect(begun.every((changes) => changes.length === 0)).toBe(true);
    expect(recorded.length).toBeGreaterThan(0);
    expect(['completed', 'failed', 'waiting']).toContain(state?.status);
  });

  it('that was asked to cancel before is not begun at all', async () => {
    const handler = vi.fn(act);
    const executor = new WorkflowExecutor(store, { act: handler });
    const { runId } = await executor.start(single, null, { detach: true });
    await store.transact(runId, () => ({
      changes: [{ type: 'cancel_requested', reason: 'no more' }],
      mail: [{ kind: 'cancel', name: 'no more', payload: null }],
      value: null,
    }));
    await executor.runUntilIdle();
    expect(handler).not.toHaveBeenCalled();
    expect(await store.getRunState(runId)).toMatchObject({ status: 'cancelled', steps: [] });
  });

  it('whose deadline is over is not begun at all', async () => {
    let now = 1_800_000_000_000;
    const late = await openStore(':memory:', { clock: () => now });
    const handler = vi.fn(act);
    const executor = new WorkflowExecutor(late, { act: handler });
    const { runId } = await executor.start(single, null, { detach: true, deadline: 1000 });
    now += 1000;
    await executor.runUntilIdle();
    expect(handler).not.toHaveBeenCalled();
    const state = await late.getRunState(runId);
    expect(state).toMatchObject({ status: 'failed', error: { code: 'DEADLINE_EXCEEDED' }, steps: [] });
    await late.close();
  });

  it('is driven anew when its claim was not committed', async () => {
    let failures = 2;
    const handler = vi.fn(act);
    const flaky: WorkflowStore = {
      ...store,
      claimDue: async ({ begin, ...request }) => {
        failures -= 1;
        if (failures < 0) return store.claimDue({ ...request, begin });
        // The store had begun it when its disk was full.
        const broken = (claim: Parameters<NonNullable<typeof begin>>[0]) => {
          begin?.(claim);
          throw new Error('disk full');
        };
        return store.claimDue({ ...request, begin: broken });
      },
    };
    const errors: string[] = [];
    const executor = new WorkflowExecutor(flaky, { act: handler });
    const { runId } = await executor.start(single, null, { detach: true });
    const worker = executor.work({ onError: ({ message }) => errors.push(message) });
    await vi.waitFor(async () => expect(await store.getRunState(runId)).toMatchObject({ status: 'completed' }), 10_000);
    await worker.stop();
    expect(errors).toEqual(['disk full', 'disk full']);
    expect(handler).toHaveBeenCalledOnce();
  });
});
