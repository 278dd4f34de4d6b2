import assert from 'node:assert/strict';
import type { Lease, WorkflowStore } from '@sisyphus-state/store';
import type { ConformanceCase } from '../conformance-case.js';
import { readRun, rejectsWith } from '../expectations.js';
import { freeRun, heldRun, leaseMs, leaseOf, started } from '../sample-changes.js';

const about = 'close';

/** What every store must do: closing a store. */
export const closeCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'finishes the writes in hand',
    async run({ store, newId }) {
      const created = await store.createRuns(Array.from({ length: 300 }, () => heldRun(newId())));
      const writes = created.map((each) => store.record(leaseOf(each), [started('a')]));
      await store.close();
      assert.ok((await Promise.all(writes)).every(({ revision }) => revision === 2));
    },
  },
  {
    about,
    name: 'keeps what was written for the next handle',
    needs: ({ durable, multiProcess }) => durable && multiProcess,
    async run({ store, openSecond, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      const write = store.record(lease, [started('a')]);
      await store.close();
      await write;
      assert.equal((await readRun(await openSecond('next'), id)).revision, 2);
    },
  },
  {
    about,
    name: 'may be called twice, also while the first call is under way',
    async run({ store, newId }) {
      const write = store.createRuns([freeRun(newId())]);
      await Promise.all([store.close(), store.close()]);
      await store.close();
      await write;
    },
  },
  {
    about,
    name: 'makes every later call fail with STORE_CLOSED',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      await store.close();
      for (const [verb, call] of allCalls(store, lease))
        await rejectsWith(call(), 'STORE_CLOSED').catch((error: unknown) => {
          throw new Error(`${verb} after close`, { cause: error });
        });
      assert.throws(() => store.watch(() => {}), { code: 'STORE_CLOSED' });
    },
  },
];

function allCalls(store: WorkflowStore, lease: Lease): readonly (readonly [string, () => Promise<unknown>])[] {
  const { runId, worker } = lease;
  return [
    ['createRuns', () => store.createRuns([freeRun('later')])],
    ['claimRuns', () => store.claimRuns({ runIds: [runId], worker, leaseMs, mode: 'continue' })],
    ['renewLeases', () => store.renewLeases([lease], leaseMs)],
    ['record', () => store.record(lease, [started('a')])],
    ['recordWith', () => store.recordWith(lease, () => [started('a')])],
    ['transact', () => store.transact(runId, () => ({ changes: [], value: null }))],
    ['logEvent', () => store.logEvent(runId, 'note', null)],
    ['readRun', () => store.readRun(runId)],
    ['readSteps', () => store.readSteps(runId)],
    ['readEvents', () => store.readEvents(runId)],
    ['readMail', () => store.readMail(runId)],
    ['readDefinition', () => store.readDefinition('hash')],
    ['readRevisions', () => store.readRevisions([runId])],
    ['getRunState', () => store.getRunState(runId)],
    ['listRuns', () => store.listRuns()],
    ['deleteRuns', () => store.deleteRuns([runId])],
  ];
}
