import { openStore, RunHeldError, RunNotFoundError, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deferred } from '../engine/deferred.js';
import { WorkflowFailedError } from '../errors.js';
import type { Workflow } from '../workflow.js';
import { clientFor } from './test-support/client-for.js';
import { continueRun, resumeRun, startRun } from './test-support/followed.js';

const workflow: Workflow = {
  name: 'w',
  steps: [
    { id: 'a', type: 'act' },
    { id: 'b', type: 'last' },
  ],
};

let store: WorkflowStore;
let entered: string[];
beforeEach(async () => {
  store = await openStore(':memory:');
  entered = [];
});
afterEach(() => store.close());

const act = (): { a: number } => {
  entered.push('a');
  return { a: 1 };
};
const fail = () => {
  entered.push('b');
  return Promise.reject(new Error('no'));
};
const work = () => {
  entered.push('b');
  return { b: 1 };
};

async function failedRun(): Promise<string> {
  const { runId, result } = await startRun(clientFor(store, { handlers: { act, last: fail } }), workflow, null, {});
  await expect(result).rejects.toBeInstanceOf(WorkflowFailedError);
  return runId;
}

describe('resuming a run', () => {
  it('goes on from what failed, with the remembered definition; what completed is not run again (pitfall 2)', async () => {
    const runId = await failedRun();
    const client = clientFor(store, { handlers: { act, last: work }, worker: 'other' });
    const { result } = await resumeRun(client, runId, undefined, {});
    expect(await result).toMatchObject({ status: 'completed', context: { a: 1, b: 1 } });
    expect(entered).toEqual(['a', 'b', 'b']);
    const types = (await store.readEvents(runId)).map(({ type }) => type);
    expect(types.filter((type) => type.startsWith('workflow_'))).toEqual([
      'workflow_started',
      'workflow_failed',
      'workflow_resumed',
      'workflow_completed',
    ]);
  });

  it('runs no step again whose failure the run had gone on from (pitfall 2)', async () => {
    const steps = [
      { id: 'a', type: 'last', onError: 'continue' },
      { id: 'each', type: 'last', foreach: [1, 2], onError: 'continue' },
      { id: 'b', type: 'gate' },
    ] as const;
    const gone = { name: 'gone-on', steps, output: '${{ [steps.a.error.message, steps.each.output] }}' } as const;
    const handlers = { last: fail, gate: fail };
    const { runId, result } = await startRun(clientFor(store, { handlers }), gone, null, {});
    await expect(result).rejects.toMatchObject({ stepKey: 'b' });
    expect(entered).toHaveLength(4);
    const resumed = await resumeRun(clientFor(store, { handlers: { last: fail, gate: act } }), runId, undefined, {});
    expect(await resumed.result).toMatchObject({ output: ['no', [null, null]] });
    expect(entered.slice(4)).toEqual(['a']);
  });

  it('returns a completed run as it is, without any handler', async () => {
    const { runId, result } = await startRun(clientFor(store, { handlers: { act, last: work } }), workflow, null, {});
    const first = await result;
    expect(await (await resumeRun(clientFor(store), runId, undefined, {})).result).toEqual(first);
    expect(entered).toEqual(['a', 'b']);
  });

  it('is refused for a run that is not there', async () => {
    await expect(resumeRun(clientFor(store), 'nobody', undefined, {})).rejects.toBeInstanceOf(RunNotFoundError);
  });

  it('is refused before anything is written when a handler is missing', async () => {
    const runId = await failedRun();
    const before = await store.readEvents(runId);
    await expect(resumeRun(clientFor(store, { handlers: { act } }), runId, undefined, {})).rejects.toMatchObject({
      code: 'HANDLER_NOT_FOUND',
    });
    expect(await store.readEvents(runId)).toEqual(before);
  });

  it('stores the definition that the run is upgraded to', async () => {
    const runId = await failedRun();
    const upgraded: Workflow = { ...workflow, steps: [...workflow.steps, { id: 'c', type: 'act' }] };
    const client = clientFor(store, { handlers: { act, last: work } });
    await (await resumeRun(client, runId, upgraded, { onDrift: 'upgrade' })).result;
    const run = await store.readRun(runId);
    const row = await store.readDefinition(run?.definitionHash ?? '');
    expect(JSON.parse(row?.body ?? '')).toEqual(upgraded);
    expect(entered).toEqual(['a', 'b', 'b', 'a']);
  });
});

describe('resuming a run that is held', () => {
  const held = async () => {
    const gate = deferred<object>();
    const client = clientFor(store, { handlers: { act: () => gate.promise, last: work } });
    const started = await startRun(client, workflow, null, {});
    return { gate, client, ...started };
  };

  it('is refused by another executor, which is told who holds it (pitfall 18)', async () => {
    const { runId, gate, result } = await held();
    const other = clientFor(store, { handlers: { act, last: work }, worker: 'other' });
    const refused = resumeRun(other, runId, undefined, {});
    await expect(refused).rejects.toBeInstanceOf(RunHeldError);
    await expect(refused).rejects.toMatchObject({ holder: 'me' });
    gate.resolve({});
    await result;
  });

  it('is refused by the very executor that drives it', async () => {
    const { runId, client, gate, result } = await held();
    await expect(resumeRun(client, runId, undefined, {})).rejects.toBeInstanceOf(RunHeldError);
    gate.resolve({});
    await result;
  });

  it('with takeover stops the one that drove it, in the same executor too (pitfall 18)', async () => {
    const { runId, client, gate, result } = await held();
    const taken = clientFor(store, { handlers: { act, last: work } });
    const second = await resumeRun({ ...client, engine: taken.engine }, runId, undefined, { takeover: true });
    await expect(result).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(await second.result).toMatchObject({ status: 'completed' });
    gate.resolve({ late: true });
    expect(await store.getRunState(runId)).toMatchObject({
      context: { a: 1, b: 1 },
      steps: [{ attempts: 2 }, { attempts: 1 }],
    });
  });

  it('needs no takeover where this executor holds it and drives it no more', async () => {
    const { runId, client, gate, result } = await held();
    client.keeper.get(runId)?.abandon(new Error('a write failed'));
    await expect(result).rejects.toThrow('a write failed');
    const again = await resumeRun(client, runId, undefined, {});
    gate.resolve({ a: 2 });
    expect(await again.result).toMatchObject({ context: { a: 2, b: 1 } });
  });

  it('does what the mailbox asks for: a run that was cancelled while nobody heard it is cancelled', async () => {
    const { runId, client, result } = await held();
    client.keeper.get(runId)?.abandon(new Error('gone'));
    await expect(result).rejects.toThrow('gone');
    await store.transact(runId, () => ({
      changes: [{ type: 'cancel_requested', reason: 'enough' }],
      mail: [{ kind: 'cancel', name: 'enough', payload: null }],
      value: null,
    }));
    const other = clientFor(store, { handlers: { act, last: work }, worker: 'other' });
    await expect((await resumeRun(other, runId, undefined, { takeover: true })).result).rejects.toMatchObject({
      code: 'WORKFLOW_CANCELLED',
    });
    expect(entered).toEqual([]);
  });
});

describe('going on with a run that was left', () => {
  it('takes one that was given back', async () => {
    const gate = deferred<object>();
    const client = clientFor(store, { handlers: { act: () => gate.promise, last: work } });
    const { runId, result } = await startRun(client, workflow, null, {});
    client.keeper.get(runId)?.release();
    gate.resolve({ a: 1 });
    await expect(result).rejects.toMatchObject({ code: 'RUN_RELEASED' });
    const taken = await continueRun(clientFor(store, { handlers: { act, last: work }, worker: 'other' }), runId);
    expect(await taken?.result).toMatchObject({ status: 'completed' });
    expect(entered).toEqual(['b']);
  });

  it('leaves alone what has ended, failed or is not there', async () => {
    const client = clientFor(store, { handlers: { act, last: work } });
    expect(await continueRun(client, await failedRun())).toBeNull();
    expect(await continueRun(client, 'nobody')).toBeNull();
  });

  it('leaves alone what somebody alive holds', async () => {
    const gate = deferred<object>();
    const client = clientFor(store, { handlers: { act: () => gate.promise, last: work } });
    const { runId, result } = await startRun(client, workflow, null, {});
    expect(await continueRun(clientFor(store, { handlers: { act, last: work }, worker: 'other' }), runId)).toBeNull();
    gate.resolve({});
    await result;
  });
});
