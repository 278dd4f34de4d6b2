import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import { expect, it, onTestFinished } from 'vitest';
import { makeRun, runIdOf } from '../test-support/make-run.js';
import { overhearStore } from './overhear-store.js';

const queues = [{ name: 'default' }];
const lease = { worker: 'test/1', leaseMs: 60_000 };

async function overheard(listen: (runId: string) => Promise<void> = async () => undefined) {
  const store = await openStore(':memory:');
  onTestFinished(() => store.close());
  const heard: unknown[] = [];
  const worker = overhearStore(store, {
    taken: async ({ run }, takenFrom) => {
      await listen(run.id);
      heard.push(['taken', run.id, takenFrom]);
    },
    passedOver: ({ name }) => void heard.push(['passed over', name]),
  });
  return { store, worker, heard };
}

async function abandoned(store: WorkflowStore): Promise<void> {
  await makeRun(store, { number: 1, lease: { worker: 'gone/1', leaseMs: 0 } });
}

it('hears of due runs that are taken, before the worker has them', async () => {
  const { store, worker, heard } = await overheard();
  for (const number of [1, 2]) await makeRun(store, { number });
  const claims = await worker.claimDue({ ...lease, queues, limit: 10 });
  expect(claims.map(({ run }) => run.id)).toEqual([runIdOf(1), runIdOf(2)]);
  expect(heard).toEqual([
    ['taken', runIdOf(1), null],
    ['taken', runIdOf(2), null],
  ]);
});

it('hears whom a run was taken from', async () => {
  const { store, worker, heard } = await overheard();
  await abandoned(store);
  await worker.claimRuns({ ...lease, runIds: [runIdOf(1)], mode: 'continue' });
  expect(heard).toEqual([['taken', runIdOf(1), 'gone/1']]);
});

it('hears nothing of a run that was not taken', async () => {
  const { store, worker, heard } = await overheard();
  await makeRun(store, { number: 1, lease: { worker: 'alive/1', leaseMs: 60_000 } });
  await worker.claimRuns({ ...lease, runIds: [runIdOf(1), runIdOf(9)], mode: 'continue' });
  expect(heard).toEqual([]);
});

it('hears once which workflows the worker passes over, due ones and those that were left', async () => {
  const { store, worker, heard } = await overheard();
  await makeRun(store, { number: 2, name: 'new' });
  await makeRun(store, { number: 3, name: 'new' });
  await abandoned(store);
  const [left] = await worker.findAbandoned({ queues });
  const { runs } = await worker.findDue({ queues, limit: 10 });
  expect(heard).toEqual([]);
  const except = [left?.workflowKey ?? '', runs[0]?.workflowKey ?? ''];
  for (let look = 0; look < 3; look++) await worker.findDue({ queues, limit: 10, except });
  expect(heard).toEqual([
    ['passed over', 'new'],
    ['passed over', 'flow'],
  ]);
});

it('hears nothing of a workflow that the worker knows', async () => {
  const { store, worker, heard } = await overheard();
  await makeRun(store, { number: 1 });
  for (let look = 0; look < 3; look++) await worker.findDue({ queues, limit: 10, except: ['other@'] });
  expect(heard).toEqual([]);
});
