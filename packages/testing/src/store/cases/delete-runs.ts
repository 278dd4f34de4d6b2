import assert from 'node:assert/strict';
import { type Change, RunStateError } from '@sisyphus-state/store';
import type { ConformanceCase, ConformanceEnv } from '../conformance-case.js';
import { dump, readRun, rejectsWith } from '../expectations.js';
import {
  completed,
  freeRun,
  heldRun,
  json,
  leaseOf,
  runCancelled,
  runCompleted,
  runFailed,
  started,
} from '../sample-changes.js';

const about = 'deleteRuns';
const large = 'x'.repeat(9000);

/** Makes a run that has the large value at one place and nowhere else. */
const places: Readonly<Record<string, (env: ConformanceEnv, id: string) => Promise<unknown>>> = {
  'an input': ({ store }, id) => store.createRuns([freeRun(id, { input: json(large) })]),
  'a result': (env, id) => holdAndRecord(env, id, [started('a'), completed('a', large)]),
  'an output': (env, id) => holdAndRecord(env, id, [runCompleted(large, 1)]),
  'a context': (env, id) => holdAndRecord(env, id, [runCompleted(1, large)]),
  'the context beside another large output': (env, id) => holdAndRecord(env, id, [runCompleted(`${large}!`, large)]),
  'a waiting mail': async ({ store }, id) => {
    await store.createRuns([freeRun(id)]);
    const mail = [{ kind: 'signal', name: 's', payload: json(large) }];
    await store.transact(id, () => ({ changes: [], mail, value: null }));
  },
  'an event of the user’s': async ({ store }, id) => {
    await store.createRuns([freeRun(id)]);
    await store.logEvent(id, 'note', large);
  },
};

/** What every store must do: deleting ended runs. */
export const deleteRunsCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'deletes ended runs with all that is theirs, and says how many went (pitfall 32)',
    async run(env) {
      const { store } = env;
      const ids = [await endedRun(env), await endedRun(env, runFailed()), await endedRun(env, runCancelled())];
      for (const id of ids)
        await store.transact(id, () => ({
          changes: [],
          mail: [{ kind: 'signal', name: 's', payload: json(large) }],
          value: 0,
        }));
      const kept = await endedRun(env);
      assert.equal(await store.deleteRuns([...ids, 'nowhere', ids[0] ?? '']), 3);
      for (const id of ids) assert.deepEqual(await dump(store, id), { run: null, steps: [], events: [], mail: [] });
      assert.ok(await store.readRun(kept));
    },
  },
  {
    about,
    name: 'deletes none when one of them has not ended',
    async run(env) {
      const { store, newId } = env;
      const ended = await endedRun(env);
      const [held, pending] = [newId(), newId()];
      await store.createRuns([heldRun(held), freeRun(pending)]);
      const before = await dump(store, ended);
      for (const [id, status] of [
        [held, 'running'],
        [pending, 'pending'],
      ] as const) {
        const error = await rejectsWith(store.deleteRuns([ended, id]), 'RUN_STATE');
        assert.ok(error instanceof RunStateError);
        assert.deepEqual([error.runId, error.status], [id, status]);
        assert.deepEqual(await dump(store, ended), before);
      }
    },
  },
  {
    about,
    name: 'keeps a large value for as long as another run refers to it',
    async run(env) {
      const { store, newId } = env;
      const [first, second] = [await endedRun(env), await endedRun(env)];
      const third = newId();
      const [created] = await store.createRuns([heldRun(third, { input: null, changes: [started('a')] })]);
      await store.record(leaseOf(created), [completed('a', large)]);
      await store.deleteRuns([first]);
      assert.equal((await readRun(store, second)).input, json(large));
      await store.deleteRuns([second]);
      assert.equal((await store.readSteps(third))[0]?.result, json(large));
      assert.ok((await store.readEvents(third)).some((event) => event.body === json(large)));
    },
  },
  ...Object.entries(places).map(
    ([place, put]): ConformanceCase => ({
      about,
      name: `keeps a value that stands elsewhere only as ${place}`,
      async run(env) {
        const { store, newId } = env;
        const ended = await endedRun(env);
        const id = newId();
        await put(env, id);
        const before = await dump(store, id);
        assert.ok(JSON.stringify(before).includes(large), 'the value is there');
        await store.deleteRuns([ended]);
        assert.deepEqual(await dump(store, id), before);
      },
    }),
  ),
  {
    about,
    name: 'keeps a value that one commit writes while another deletes its last other user',
    async run(env) {
      const { store, newId } = env;
      const ended = await endedRun(env);
      const id = newId();
      await Promise.all([store.deleteRuns([ended]), store.createRuns([freeRun(id, { input: json(large) })])]);
      assert.equal((await readRun(store, id)).input, json(large));
    },
  },
  {
    about,
    name: 'leaves children, and deletes children before their parent',
    async run(env) {
      const { store, newId } = env;
      const parent = await endedRun(env);
      const child = newId();
      const origin = { runId: parent, stepKey: 'a', rootRunId: parent };
      await store.createRuns([freeRun(child, { parent: origin })]);
      await store.deleteRuns([parent]);
      assert.equal((await readRun(store, child)).parentRunId, parent);
      await store.transact(child, () => ({ changes: [runCancelled()], value: null }));
      assert.equal(await store.deleteRuns([child]), 1);
    },
  },
  {
    about,
    name: 'frees the idempotency key',
    async run(env) {
      const { store, newId } = env;
      const id = newId();
      const [created] = await store.createRuns([heldRun(id, { idempotencyKey: 'k' })]);
      await store.record(leaseOf(created), [runCompleted()]);
      await store.deleteRuns([id]);
      const [again] = await store.createRuns([freeRun(newId(), { idempotencyKey: 'k', name: 'another' })]);
      assert.equal(again?.created, true);
    },
  },
];

/** A run that has ended, its input, result, output and context all the same large value. */
async function endedRun({ store, newId }: ConformanceEnv, ending = runCompleted(large, large)): Promise<string> {
  const id = newId();
  const [created] = await store.createRuns([heldRun(id, { input: json(large), changes: [started('a')] })]);
  await store.record(leaseOf(created), [completed('a', large), ending]);
  return id;
}

async function holdAndRecord({ store }: ConformanceEnv, id: string, changes: readonly Change[]): Promise<void> {
  await store.record(leaseOf((await store.createRuns([heldRun(id)]))[0]), changes);
}
