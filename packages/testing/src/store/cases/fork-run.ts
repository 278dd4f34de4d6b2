import assert from 'node:assert/strict';
import { decodeChange, type ForkRequest } from '@sisyphus-state/store';
import type { ConformanceCase } from '../conformance-case.js';
import { claimed, dump, eventTypes, readRun } from '../expectations.js';
import { carry, forkOf, sourceRun } from '../forked-runs.js';
import { completed, freeRun, heldRun, json, leaseOf, runCompleted, started } from '../sample-changes.js';

const about = 'forkRun';
const large = 'x'.repeat(9000);

/** What every store must do: runs that begin with another's checkpoints. */
export const forkRunCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'creates a run that nobody holds, with the steps that were chosen, in the order of the source',
    async run(env) {
      const { store, clock, newId } = env;
      const source = await sourceRun(env);
      clock.advance(500);
      const id = newId();
      const forked = await store.forkRun(forkOf(source, id, carry('c', 'a')));
      assert.deepEqual(forked, { runId: id, created: true, lease: null, at: clock.now() });
      const run = await readRun(store, id);
      const { status, name, version, input, tags, queue, priority, concurrencyKey, rootRunId, fence, revision } = run;
      assert.deepEqual([status, name, version, input], ['pending', 'sample', 3, json({ n: 1 })]);
      assert.deepEqual([tags, queue, priority, concurrencyKey], ['{"a":"b"}', 'slow', 4, 'acme']);
      assert.deepEqual([rootRunId, fence, revision, run.createdAt, run.startedAt], [id, 0, 1, clock.now(), null]);
      for (const column of ['idempotencyKey', 'parentRunId', 'parentStepKey', 'error', 'finishedAt', 'usage'] as const)
        assert.equal(run[column], null, column);
      const steps = await store.readSteps(id);
      assert.deepEqual(
        steps.map(({ stepKey, status, result, settledSeq }) => [stepKey, status, result, settledSeq]),
        [
          ['a', 'completed', '1', -1],
          ['c', 'completed', '3', 0],
        ],
      );
    },
  },
  {
    about,
    name: 'begins the log with where the run comes from, and goes on like any other',
    async run(env) {
      const { store, newId } = env;
      const source = await sourceRun(env);
      const id = newId();
      await store.forkRun(forkOf(source, id, carry('c', 'a')));
      const [first] = await store.readEvents(id);
      assert.ok(first);
      const change = decodeChange(first, first.body);
      assert.ok(change?.type === 'run_forked');
      const { sourceRunId, sourceSeq, from } = change;
      assert.deepEqual([sourceRunId, sourceSeq, from], [source, (await readRun(store, source)).lastSeq, 'b']);
      const { lease } = await claimed(store, id);
      await store.record(lease, [started('z'), completed('z', 26), started('d'), runCompleted()]);
      const order = (await store.readSteps(id)).map(({ stepKey }) => stepKey);
      assert.deepEqual(order, ['a', 'c', 'z', 'd']);
      assert.deepEqual((await eventTypes(store, id)).slice(0, 2), ['run_forked', 'run_claimed']);
    },
  },
  {
    about,
    name: 'takes what is said of it before what the source has, and counts a deadline anew',
    async run({ store, clock, newId }) {
      const [source, id] = [newId(), newId()];
      await store.createRuns([freeRun(source, { deadlineAt: clock.now() + 1000, tags: { a: 'b' }, queue: 'slow' })]);
      clock.advance(5000);
      const more = { namespace: 'n', queue: 'q', priority: 9, concurrencyKey: null, tags: { c: 'd' } };
      await store.forkRun({ ...forkOf(source, id, carry()), ...more, idempotencyKey: 'k' });
      const run = await readRun(store, id);
      assert.deepEqual([run.namespace, run.queue, run.priority, run.concurrencyKey], ['n', 'q', 9, null]);
      assert.deepEqual([run.tags, run.idempotencyKey, run.deadlineAt], ['{"c":"d"}', 'k', clock.now() + 1000]);
    },
  },
  ...(['pending', 'running', 'waiting', 'paused', 'completed', 'failed', 'cancelled'] as const).map(
    (status): ConformanceCase => ({
      about,
      name: `forks a run that is ${status}, and leaves it as it is`,
      async run(env) {
        const { store, newId } = env;
        const source = await sourceRun(env, status);
        const before = await dump(store, source);
        const forked = await store.forkRun(forkOf(source, newId(), carry('a')));
        assert.equal(forked?.created, true);
        assert.deepEqual(await dump(store, source), before);
      },
    }),
  ),
  {
    about,
    name: 'hands over the run as it stands, its values whole, and where each step began',
    async run(env) {
      const { store, newId } = env;
      const source = newId();
      const [created] = await store.createRuns([heldRun(source, { input: json(large) })]);
      await store.record(leaseOf(created), [started('a'), started('b'), completed('a', large)]);
      await store.logEvent(source, 'step_started', null);
      let seen: readonly unknown[] = [];
      const choose: ForkRequest['choose'] = ({ run, steps, began }) => {
        seen = [run.input, steps.map(({ stepKey, result }) => [stepKey, result]), [...began].toSorted()];
        return { settled: [] };
      };
      await store.forkRun({ ...forkOf(source, newId(), carry()), choose });
      const steps = [
        ['a', json(large)],
        ['b', null],
      ];
      const began = [
        ['a', 3],
        ['b', 4],
      ];
      assert.deepEqual(seen, [json(large), steps, began]);
    },
  },
  {
    about,
    name: 'keeps falsy results, and a result that is not there, apart',
    async run({ store, newId }) {
      const [source, id] = [newId(), newId()];
      const [created] = await store.createRuns([heldRun(source)]);
      const results = [0, '', false, null, undefined];
      const keys = results.map((_, index) => `s${index}`);
      const changes = results.flatMap((result, index) => [started(`s${index}`), completed(`s${index}`, result)]);
      await store.record(leaseOf(created), changes);
      await store.forkRun(forkOf(source, id, carry(...keys)));
      const kept = (await store.readSteps(id)).map(({ result }) => result);
      assert.deepEqual(kept, ['0', '""', 'false', 'null', null]);
    },
  },
  {
    about,
    name: 'carries a step in doubt as one, whatever it was',
    async run({ store, newId }) {
      const [source, id] = [newId(), newId()];
      const [created] = await store.createRuns([heldRun(source, { changes: [started('a'), started('b')] })]);
      await store.record(leaseOf(created), [completed('a', 1)]);
      await store.forkRun(forkOf(source, id, () => ({ settled: ['a'], inDoubt: ['b'] })));
      const steps = (await store.readSteps(id)).map(({ stepKey, status, settledSeq }) => [stepKey, status, settledSeq]);
      assert.deepEqual(steps, [
        ['a', 'completed', 0],
        ['b', 'in_doubt', null],
      ]);
    },
  },
];
