import { openStore, verifyRun, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deferred } from '../engine/deferred.js';
import type { Workflow } from '../workflow.js';
import { cancelRun } from './cancel-run.js';
import { enqueueRun } from './enqueue-run.js';
import { resumeRun as resume } from './resume-run.js';
import { startRun as start } from './start-run.js';
import { clientFor } from './test-support/client-for.js';
import { continueRun, resumeRun, startRun } from './test-support/followed.js';

/** Books, waits for an answer, and cancels the booking if it comes to nothing. */
const trip: Workflow = {
  name: 'trip',
  steps: [
    { id: 'book', type: 'act', compensate: { type: 'undo', with: '${{ steps.book.output }}' } },
    { id: 'ask', type: 'approval', with: { message: 'Go?' } },
  ],
};

let store: WorkflowStore;
let did: unknown[];
let client: ReturnType<typeof clientFor>;
const note = (what: string) => (step: { readonly with?: unknown }) => {
  did.push(step.with ?? what);
  return what;
};
const handlers = { act: note('booked'), undo: (step: { with?: unknown }) => void did.push(`undo ${step.with}`) };
beforeEach(async () => {
  store = await openStore(':memory:');
  did = [];
  client = clientFor(store, { handlers });
});
afterEach(() => store.close());

async function waitingRun(): Promise<string> {
  const { runId, driver } = await start(client, trip, null, {});
  expect(await driver?.result).toMatchObject({ status: 'waiting' });
  return runId;
}

async function expectSound(runId: string): Promise<readonly string[]> {
  const run = await store.readRun(runId);
  if (run === null) throw new Error('It is gone.');
  const events = await store.readEvents(runId);
  expect(verifyRun({ run, events, steps: await store.readSteps(runId) })).toEqual([]);
  return events.map(({ type, stepKey }) => (stepKey === null ? type : `${type} ${stepKey}`));
}

describe('cancelling a run with something to undo that nobody holds', () => {
  it('makes a waiting run due, and whoever takes it undoes it', async () => {
    const runId = await waitingRun();
    expect(await cancelRun(client, runId, 'enough')).toEqual({ kind: 'requested' });
    expect(await cancelRun(client, runId, 'again')).toEqual({ kind: 'requested' });
    expect((await store.findDue({ queues: [{ name: 'default' }], limit: 9 })).runs).toHaveLength(1);
    const taken = await continueRun(client, runId);
    await expect(taken?.result).rejects.toMatchObject({ code: 'WORKFLOW_CANCELLED' });
    expect(did).toEqual(['booked', 'undo booked']);
    expect((await expectSound(runId)).slice(-5)).toEqual([
      'step_cancelled ask',
      'workflow_ending',
      'step_started book/compensate',
      'step_completed book/compensate',
      'workflow_cancelled',
    ]);
    expect(await store.readRun(runId)).toMatchObject({ status: 'cancelled', endingAs: 'cancelled', reason: 'enough' });
  });

  it('makes a paused run due too', async () => {
    const runId = await waitingRun();
    await store.transact(runId, () => ({ changes: [{ type: 'workflow_paused', reason: null }], value: null }));
    expect(await cancelRun(client, runId, null)).toEqual({ kind: 'requested' });
    await expect((await continueRun(client, runId))?.result).rejects.toMatchObject({ code: 'WORKFLOW_CANCELLED' });
    expect(did).toEqual(['booked', 'undo booked']);
    await expectSound(runId);
  });

  it('ends one at once that has not begun, or has nothing to undo', async () => {
    const { runId } = await enqueueRun(client, trip, null, {});
    expect(await cancelRun(client, runId, null)).toEqual({ kind: 'cancelled' });
    const plain = { ...trip, steps: trip.steps.map(({ compensate: _, ...step }) => step) } as Workflow;
    const other = await start(client, plain, null, {});
    await other.driver?.result;
    expect(await cancelRun(client, other.runId, null)).toEqual({ kind: 'cancelled' });
  });
});

describe('a run that was undone', () => {
  it('can not be resumed as if nothing had happened, and nothing is written', async () => {
    const runId = await waitingRun();
    await cancelRun(client, runId, null);
    await expect((await continueRun(client, runId))?.result).rejects.toThrow();
    const before = await expectSound(runId);
    await expect(resumeRun(client, runId, undefined, {})).rejects.toMatchObject({ code: 'RUN_STATE' });
    await expect(resumeRun(client, runId, undefined, {})).rejects.toThrow(/undone by their compensations/);
    const [outcome] = await store.claimRuns({ ...client.lease, runIds: [runId], mode: 'resume' });
    expect([outcome?.kind, await expectSound(runId)]).toEqual(['ended', before]);
  });

  it('is one that failed, with its error and its step, also when another process had to finish it', async () => {
    const gate = deferred<object>();
    const broken: Workflow = {
      name: 'broken',
      steps: [
        { id: 'a', type: 'act', compensate: { type: 'undo', with: 'a' } },
        { id: 'b', type: 'act', compensate: { type: 'slow' } },
        { id: 'z', type: 'fail' },
      ],
    };
    const fail = () => Promise.reject(new Error('no'));
    const first = clientFor(store, { handlers: { ...handlers, fail, slow: () => gate.promise } });
    const { runId, driver } = await start(first, broken, null, {});
    const ended = driver?.result.catch((error: unknown) => error);
    while (!(await expectSound(runId)).includes('step_started b/compensate')) await new Promise(setImmediate);
    // A cancel changes nothing any more.
    expect(await cancelRun(first, runId, 'late')).toEqual({ kind: 'ended', status: 'failed' });
    driver?.abandon(new Error('gone'));
    await ended;
    const other = clientFor(store, { handlers: { ...handlers, fail, slow: note('slow') }, worker: 'other' });
    const resumed = await resumeRun(other, runId, undefined, { takeover: true });
    await expect(resumed.result).rejects.toMatchObject({ code: 'WORKFLOW_FAILED', stepKey: 'z' });
    expect(did).toEqual(['booked', 'booked', 'slow', 'undo a']);
    const events = await expectSound(runId);
    expect(events.filter((event) => /^workflow_(ending|failed)/.test(event))).toEqual([
      'workflow_ending z',
      'workflow_failed z',
    ]);
  });

  it('may be paused in between, and goes on with what is left', async () => {
    const gate = deferred<object>();
    const slow = {
      ...trip,
      steps: [{ id: 'first', type: 'act', compensate: { type: 'undo', with: 'first' } }, ...trip.steps],
    } as Workflow;
    const held = clientFor(store, { handlers: { ...handlers, undo: () => gate.promise } });
    const { runId, driver } = await start(held, slow, null, {});
    await driver?.result;
    await cancelRun(held, runId, 'enough');
    const undoing = await resume(held, runId, undefined, {});
    while (!(await expectSound(runId)).includes('step_started book/compensate')) await new Promise(setImmediate);
    undoing.driver?.pause('lunch');
    gate.resolve({});
    expect(await undoing.driver?.result).toMatchObject({ status: 'paused' });
    expect(await store.readRun(runId)).toMatchObject({ status: 'paused', endingAs: 'cancelled' });
    await expect((await resumeRun(client, runId, undefined, {})).result).rejects.toMatchObject({
      code: 'WORKFLOW_CANCELLED',
      message: expect.stringContaining('enough'),
    });
    expect(did.at(-1)).toBe('undo first');
    await expectSound(runId);
  });
});

it('runs of the same workflow that complete undo nothing', async () => {
  const { result } = await startRun(client, { ...trip, steps: trip.steps.slice(0, 1) } as Workflow, null, {});
  await result;
  expect(did).toEqual(['booked']);
});
