import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { deferred } from '../engine/deferred.js';
import { enqueueRun } from './enqueue-run.js';
import { continueRun } from './resume-run.js';
import { clientFor } from './test-support/client-for.js';

let store: WorkflowStore;

beforeEach(async () => {
  store = await openStore(':memory:');
});
afterEach(() => store.close());

it('is not taken over from a claim of this very executor whose driver is about to begin (pitfall 18)', async () => {
  const [claimed, gate] = [deferred<void>(), deferred<void>()];
  const slow: WorkflowStore = {
    ...store,
    claimRuns: async (request) => {
      const outcomes = await store.claimRuns(request);
      claimed.resolve();
      await gate.promise;
      return outcomes;
    },
  };
  const held = deferred<void>();
  const client = clientFor(slow, { handlers: { t: () => held.promise } });
  const { runId } = await enqueueRun(client, { name: 'w', steps: [{ id: 'a', type: 't' }] }, {}, {});
  const first = continueRun(client, runId);
  await claimed.promise;
  // It finds a run that this executor holds and does not drive.
  const second = continueRun(client, runId);
  gate.resolve();
  expect(await second).toBeNull();
  held.resolve();
  await (await first)?.result;
  expect(await store.readRun(runId)).toMatchObject({ status: 'completed', fence: 1 });
});
