import assert from 'node:assert/strict';
import type { ConformanceCase } from '../conformance-case.js';
import { claimed, readRun, rejectsWith } from '../expectations.js';
import { carry, forkOf, sourceRun } from '../forked-runs.js';
import { completed, heldRun, json, leaseOf, runCompleted, runFailed, started } from '../sample-changes.js';

const about = 'forkRun';
const large = 'x'.repeat(9000);

/** What every store must do: the values of runs that are forked. */
export const forkValuesCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'shares large values with its source, and keeps them when the source is deleted',
    async run(env) {
      const { store, newId } = env;
      const [source, id] = [newId(), newId()];
      const [created] = await store.createRuns([heldRun(source, { input: json(`${large}i`) })]);
      await store.record(leaseOf(created), [started('a'), completed('a', large), runCompleted(`${large}o`)]);
      await store.forkRun(forkOf(source, id, carry('a')));
      await store.deleteRuns([source]);
      assert.equal((await readRun(store, id)).input, json(`${large}i`));
      assert.equal((await store.readSteps(id))[0]?.result, json(large));
    },
  },
  {
    about,
    name: 'is whole or not at all when its source is deleted at the same time',
    async run(env) {
      const { store, newId } = env;
      const [source, id] = [newId(), newId()];
      const [created] = await store.createRuns([heldRun(source, { input: json(large) })]);
      await store.record(leaseOf(created), [started('a'), completed('a', `${large}!`), runCompleted()]);
      const forking = store.forkRun(forkOf(source, id, carry('a'))).catch((error: unknown) => error);
      await Promise.all([forking, store.deleteRuns([source])]);
      const run = await store.readRun(id);
      if (run === null) return void (await rejectsWith(Promise.reject(await forking), 'RUN_NOT_FOUND'));
      assert.equal(run.input, json(large));
      assert.equal((await store.readSteps(id))[0]?.result, json(`${large}!`));
    },
  },
  {
    about,
    name: 'keeps a snapshot of many steps beside its event',
    async run({ store, newId }) {
      const [source, id] = [newId(), newId()];
      const [created] = await store.createRuns([heldRun(source)]);
      const keys = Array.from({ length: 60 }, (_, index) => `s${index}`);
      await store.record(
        leaseOf(created),
        keys.flatMap((key) => [started(key), completed(key, 'r'.repeat(500))]),
      );
      await store.forkRun(forkOf(source, id, carry(...keys)));
      const [event] = await store.readEvents(id);
      assert.ok(event?.payloadRef, 'the snapshot is a large value');
      assert.deepEqual(JSON.parse(event.payload).sourceRunId, source);
      assert.deepEqual(
        (await store.readSteps(id)).map(({ stepKey }) => stepKey),
        keys,
      );
    },
  },
  {
    about,
    name: 'forks a fork, in the order in which the steps settled whoever ran them',
    async run(env) {
      const { store, newId } = env;
      const [first, second] = [newId(), newId()];
      await store.forkRun(forkOf(await sourceRun(env), first, carry('a', 'c')));
      const { lease } = await claimed(store, first);
      await store.record(lease, [started('d'), completed('d', 4), runFailed()]);
      await store.forkRun(forkOf(first, second, carry('a', 'c', 'd')));
      const steps = (await store.readSteps(second)).map(({ stepKey, settledSeq }) => [stepKey, settledSeq]);
      assert.deepEqual(steps, [
        ['a', -2],
        ['c', -1],
        ['d', 0],
      ]);
    },
  },
];
