import assert from 'node:assert/strict';
import { type ForkRequest, settledBefore } from '@sisyphus-state/store';
import type { ConformanceCase } from '../conformance-case.js';
import { eventTypes, rejectsWith } from '../expectations.js';
import { carry, forkOf, sourceRun } from '../forked-runs.js';
import { completed, failed, freeRun, heldRun, leaseOf, started } from '../sample-changes.js';

const about = 'forkRun';

/** What every store must do: forks that are refused, or known already; and what is chosen by the log alone. */
export const forkRefusalsCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'creates nothing when nothing is chosen, or choosing throws',
    async run(env) {
      const { store, newId } = env;
      const [source, id] = [await sourceRun(env), newId()];
      assert.equal(await store.forkRun({ ...forkOf(source, id, carry()), choose: () => null }), null);
      const thrown = Object.assign(new Error('no'), { code: 'CHOICE' });
      const choose = (): never => {
        throw thrown;
      };
      assert.equal(await rejectsWith(store.forkRun({ ...forkOf(source, id, carry()), choose }), 'CHOICE'), thrown);
      assert.equal(await store.readRun(id), null);
    },
  },
  {
    about,
    name: 'refuses a source that is not there, and an id that is',
    async run(env) {
      const { store, newId } = env;
      const source = await sourceRun(env);
      await rejectsWith(store.forkRun(forkOf(newId(), newId(), carry())), 'RUN_NOT_FOUND');
      await rejectsWith(store.forkRun(forkOf(source, source, carry())), 'RUN_EXISTS');
    },
  },
  {
    about,
    name: 'gives the same fork for the same idempotency key, and refuses any other request with it (pitfall 5)',
    async run(env) {
      const { store, newId } = env;
      const [source, id] = [await sourceRun(env), newId()];
      const keyed = (runId: string, of = source): ForkRequest => ({
        ...forkOf(of, runId, carry('a')),
        idempotencyKey: 'k',
      });
      await store.forkRun(keyed(id));
      const again = await store.forkRun(keyed(newId()));
      assert.deepEqual([again?.runId, again?.created], [id, false]);
      await rejectsWith(store.forkRun({ ...keyed(newId()), from: 'c' }), 'IDEMPOTENCY_CONFLICT');
      await rejectsWith(store.forkRun(keyed(newId(), await sourceRun(env))), 'IDEMPOTENCY_CONFLICT');
      const asNew = freeRun(newId(), { idempotencyKey: 'k', version: 3 });
      await rejectsWith(store.createRuns([asNew]), 'IDEMPOTENCY_CONFLICT');
      assert.deepEqual(await eventTypes(store, id), ['run_forked']);
    },
  },
  {
    about,
    name: 'refuses the idempotency key of a run that is no fork',
    async run(env) {
      const { store, newId } = env;
      const source = await sourceRun(env);
      await store.createRuns([freeRun(newId(), { idempotencyKey: 'k', version: 3 })]);
      const request = { ...forkOf(source, newId(), carry('a')), idempotencyKey: 'k' };
      await rejectsWith(store.forkRun(request), 'IDEMPOTENCY_CONFLICT');
    },
  },
  {
    about: 'settledBefore',
    name: 'carries what settled before the step began, and not what settled after',
    async run(env) {
      const { store, newId } = env;
      const [source, id] = [newId(), newId()];
      const [created] = await store.createRuns([heldRun(source)]);
      await store.record(leaseOf(created), [
        ...[started('a'), started('slow'), completed('a', 1), started('caught'), failed('caught')],
        ...[started('b'), completed('slow', 2), completed('b', 3), started('c'), completed('c', 4)],
      ]);
      await store.forkRun(forkOf(source, id, (seen) => settledBefore(seen, 'b')));
      const steps = (await store.readSteps(id)).map(({ stepKey, status }) => [stepKey, status]);
      assert.deepEqual(steps, [
        ['a', 'completed'],
        ['caught', 'failed'],
      ]);
    },
  },
];
