import { openStore, verifyRun, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StepDefinition, WorkflowDefinition } from '../definition/definition.js';
import { WorkflowExecutor } from '../executor.js';

let store: WorkflowStore;
let executor: WorkflowExecutor;
let did: string[];
let broken: boolean;

beforeEach(async () => {
  store = await openStore(':memory:');
  did = [];
  broken = true;
  const note = ({ id, with: value }: Readonly<Record<string, unknown>>) =>
    did.push(`${id}${value === undefined ? '' : ` ${value}`}`);
  executor = new WorkflowExecutor(store, {
    act: (step) => {
      note(step);
      return did.length;
    },
    shaky: (step) => {
      note(step);
      if (broken) throw new Error('broken');
      return 'mended';
    },
  });
});
afterEach(() => store.close());

const flow = (...steps: readonly StepDefinition[]): WorkflowDefinition => ({ name: 'flow', steps });

/** Runs a workflow that fails, goes on with another, and says what the handlers did from there on. */
async function upgraded(before: WorkflowDefinition, after: WorkflowDefinition, mended = true) {
  const handle = await executor.start(before);
  await expect(handle.result()).rejects.toMatchObject({ code: 'WORKFLOW_FAILED' });
  broken = !mended;
  did.length = 0;
  const end = await executor.resume(handle.runId, after, { onDrift: 'upgrade' }).catch((error: unknown) => error);
  const run = await store.readRun(handle.runId);
  if (run === null) throw new Error('It is there.');
  const events = await store.readEvents(run.id);
  expect(verifyRun({ run, events, steps: await store.readSteps(run.id) })).toEqual([]);
  return { end, did: [...did], status: run.status };
}

const a = { id: 'a', type: 'act' };
const b = { id: 'b', type: 'shaky' };

it('a repeat whose `max` was raised goes on from the times that are done', async () => {
  const poll = (max: number) => ({ id: 'poll', type: 'act', repeat: { until: 'steps.poll.output >= 5', max } });
  const { did: done, status } = await upgraded(flow(poll(2)), flow(poll(9)));
  expect(done).toHaveLength(5);
  expect(status).toBe('completed');
});

it('a step that got a fallback tries itself again, then that', async () => {
  const after = flow(a, { ...b, fallback: [{ type: 'act', with: 'instead' }] });
  const { did: done, status } = await upgraded(flow(a, b), after, false);
  expect(done).toEqual(['b', 'b instead']);
  expect(status).toBe('completed');
});

it('a completed step that got a compensation is undone by it', async () => {
  const after = flow({ ...a, compensate: { type: 'act', with: 'undone' } }, b);
  const { did: done, status } = await upgraded(flow(a, b), after, false);
  expect(done).toEqual(['b', 'a undone']);
  expect(status).toBe('failed');
});

it('a failed step that the run may go on from now is gone on from', async () => {
  const { did: done, status } = await upgraded(
    flow(a, b),
    flow(a, { ...b, onError: 'continue' }, { id: 'c', type: 'act' }),
  );
  expect(done).toEqual(['c']);
  expect(status).toBe('completed');
});

it('a failed step that got more attempts uses them', async () => {
  const after = flow(a, { ...b, retry: { attempts: 3, backoff: 1, factor: 1, jitter: 'none' } });
  const { did: done, status } = await upgraded(flow(a, b), after, false);
  expect(done).toEqual(['b', 'b', 'b']);
  expect(status).toBe('failed');
});

it('a step that was put in before completed ones runs, and they do not run again', async () => {
  const { did: done, status } = await upgraded(flow(a, b), flow({ id: 'first', type: 'act' }, a, b));
  expect(done).toEqual(['first', 'b']);
  expect(status).toBe('completed');
});

it('a workflow of another name is refused, and the run stays as it was', async () => {
  const { end, did: done, status } = await upgraded(flow(a, b), { ...flow(a, b), name: 'other' });
  expect(end).toMatchObject({ code: 'DEFINITION_DRIFT', fit: { fits: false } });
  expect(done).toEqual([]);
  expect(status).toBe('failed');
});

it('an upgrade is checked against what the run had done when it was taken, not when it was looked at', async () => {
  const ask = (id: string) => ({ id, type: 'approval', with: { message: '?' } });
  const { runId } = await executor.execute(flow(ask('first'), a, ask('last')), null, { until: 'idle' });
  let isFirst = true;
  const overtaken: WorkflowStore = {
    ...store,
    claimRuns: async (request) => {
      // Somebody else goes on with the run just before: `a` has run when it is taken.
      if (isFirst) {
        isFirst = false;
        await executor.approve(runId, 'first');
        await executor.runUntilIdle();
      }
      return store.claimRuns(request);
    },
  };
  const late = new WorkflowExecutor(overtaken, { act: () => 1 });
  const refused = late.resume(runId, flow(ask('first'), ask('last')), { onDrift: 'upgrade', until: 'idle' });
  await expect(refused).rejects.toMatchObject({ code: 'DEFINITION_DRIFT', fit: { fits: false } });
  expect(did).toEqual(['a']);
  expect(await store.readRun(runId)).toMatchObject({ status: 'waiting', reason: 'approval:last' });
});
