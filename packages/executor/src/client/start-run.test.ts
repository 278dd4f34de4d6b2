import { IdempotencyConflictError, openStore, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deferred } from '../engine/deferred.js';
import { WorkflowFailedError } from '../errors.js';
import type { Workflow } from '../workflow.js';
import { clientFor } from './test-support/client-for.js';
import { startRun } from './test-support/followed.js';

const workflow: Workflow = { name: 'w', steps: [{ id: 'a', type: 'act' }] };

let store: WorkflowStore;
beforeEach(async () => {
  store = await openStore(':memory:');
});
afterEach(() => store.close());

describe('a run that is started', () => {
  it('exists, is held and has its first step begun, in one commit, before its handler is entered', async () => {
    const gate = deferred<void>();
    const client = clientFor(store, { handlers: { act: () => gate.promise } });
    const { runId, created, result } = await startRun(client, workflow, { n: 1 }, {});
    expect(created).toBe(true);
    expect(await store.readRun(runId)).toMatchObject({
      status: 'running',
      leaseWorker: 'me',
      fence: 1,
      revision: 1,
      input: '{"n":1}',
    });
    expect((await store.readEvents(runId)).map(({ type }) => type)).toEqual([
      'workflow_started',
      'run_claimed',
      'step_started',
    ]);
    gate.resolve();
    expect(await result).toMatchObject({ runId, status: 'completed' });
  });

  it('has the id, the queue, the priority and the tags it was given', async () => {
    const runId = '01900000-0000-7000-8000-000000000042';
    const options = { runId, queue: 'slow', priority: 7, tags: { team: 'a' }, namespace: 'mine' };
    await (await startRun(clientFor(store, { handlers: { act: () => null } }), workflow, null, options)).result;
    expect(await store.getRunState(runId)).toMatchObject({
      id: runId,
      queue: 'slow',
      priority: 7,
      tags: { team: 'a' },
      namespace: 'mine',
    });
  });

  it('sees its input as it is stored, and frozen (pitfall 25)', async () => {
    const seen: unknown[] = [];
    const client = clientFor(store, {
      handlers: { act: (_, context) => void seen.push(context, Object.isFrozen(context.list)) },
    });
    await (await startRun(client, workflow, { gone: undefined, zero: -0, list: [1] }, {})).result;
    expect(seen).toEqual([{ zero: 0, list: [1] }, true]);
  });

  it('completes at once when nothing of it is to run', async () => {
    const nothing: Workflow = {
      name: 'w',
      steps: [{ id: 'a', type: 'act', if: false }],
      output: '${{ steps.a.status }}',
    };
    const { result } = await startRun(clientFor(store, { handlers: { act: () => null } }), nothing, null, {});
    expect(await result).toMatchObject({ status: 'completed', output: 'skipped' });
  });

  it.each<[string, Workflow, unknown, string]>([
    ['a definition that is not valid', { name: 'w', steps: [] }, null, 'DEFINITION_INVALID'],
    ['a step that nobody here can run', { name: 'w', steps: [{ id: 'a', type: 'nobody' }] }, null, 'HANDLER_NOT_FOUND'],
    ['an input that does not fit', { ...workflow, input: { type: 'object', required: ['n'] } }, {}, 'INPUT_INVALID'],
    ['an input that cannot be stored', workflow, { at: new Date(0) }, 'NOT_SERIALIZABLE'],
    ['an input that is too large', workflow, 'x'.repeat(2000), 'PAYLOAD_TOO_LARGE'],
  ])('is refused for %s, and nothing is written (pitfall 26)', async (_, refused, input, code) => {
    const client = clientFor(store, { handlers: { act: () => null } });
    await expect(startRun(client, refused, input, {})).rejects.toMatchObject({ code });
    expect(await store.listRuns()).toEqual([]);
  });
});

describe('a run that is started again with its idempotency key (pitfall 5)', () => {
  const options = { idempotencyKey: 'k' };

  it('is the same run while it is under way here, and its handler is entered once', async () => {
    let entered = 0;
    const gate = deferred<{ n: number }>();
    const act = () => {
      entered += 1;
      return gate.promise;
    };
    const client = clientFor(store, { handlers: { act } });
    const first = await startRun(client, workflow, 1, options);
    const second = await startRun(client, workflow, 1, options);
    expect([second.runId, second.created, first.created]).toEqual([first.runId, false, true]);
    gate.resolve({ n: 1 });
    expect(await second.result).toEqual(await first.result);
    expect(entered).toBe(1);
  });

  it('is waited for when another executor holds it', async () => {
    const gate = deferred<{ n: number }>();
    const first = await startRun(clientFor(store, { handlers: { act: () => gate.promise } }), workflow, 1, options);
    const other = clientFor(store, { handlers: { act: () => Promise.reject(new Error('not here')) }, worker: 'other' });
    const second = await startRun(other, workflow, 1, options);
    expect(second).toMatchObject({ runId: first.runId, created: false });
    gate.resolve({ n: 1 });
    expect(await second.result).toEqual(await first.result);
  });

  it('ends as it has ended, without running anything', async () => {
    const client = clientFor(store, { handlers: { act: () => Promise.reject(new Error('no')) } });
    const failure: unknown = await (await startRun(client, workflow, 1, options)).result.catch(
      (error: unknown) => error,
    );
    const again = await startRun(
      clientFor(store, { handlers: { act: () => null }, worker: 'other' }),
      workflow,
      1,
      options,
    );
    await expect(again.result).rejects.toBeInstanceOf(WorkflowFailedError);
    await expect(again.result).rejects.toMatchObject({ message: (failure as Error).message, stepKey: 'a' }); // it failed
  });

  it('is refused with another workflow or input', async () => {
    const client = clientFor(store, { handlers: { act: () => null } });
    await (await startRun(client, workflow, 1, options)).result;
    await expect(startRun(client, workflow, 2, options)).rejects.toBeInstanceOf(IdempotencyConflictError);
    const other: Workflow = { ...workflow, steps: [{ id: 'b', type: 'act' }] };
    await expect(startRun(client, other, 1, options)).rejects.toBeInstanceOf(IdempotencyConflictError);
  });
});
