import assert from 'node:assert/strict';
import { decideCancel } from '@sisyphus-state/store';
import type { ConformanceCase, ConformanceEnv } from '../conformance-case.js';
import { claim, claimed, dueIds, eventTypes, readRun, rejectsWith } from '../expectations.js';
import {
  askedToCancel,
  childOf,
  completed,
  freeRun,
  heldRun,
  json,
  leaseMs,
  leaseOf,
  runCompleted,
  runFailed,
  runReleased,
  started,
  suspended,
  waitingForRun,
} from '../sample-changes.js';

const about = 'child runs: created and cancelled by their parent';

/** How a child stands when its parent gives it up, and what it is from then on. */
const standings: readonly {
  readonly child: string;
  readonly prepare: (env: ConformanceEnv, childId: string) => Promise<unknown>;
  readonly becomes: readonly [status: string, mail: readonly string[], isDue: boolean];
}[] = [
  {
    child: 'one that never began ends at once',
    prepare: async () => undefined,
    becomes: ['cancelled', [], false],
  },
  {
    child: 'one that somebody holds is asked',
    prepare: ({ store }, id) => claimed(store, id, { worker: 'w3' }),
    becomes: ['running', ['cancel'], false],
  },
  {
    child: 'one that was given back is asked, and is due as it was',
    prepare: async ({ store }, id) => store.record((await claimed(store, id)).lease, [runReleased]),
    becomes: ['pending', ['cancel'], true],
  },
  {
    child: 'one that is parked for an outsider is asked and made due',
    prepare: async ({ store }, id) => store.record((await claimed(store, id)).lease, [suspended()]),
    becomes: ['waiting', ['cancel'], true],
  },
  {
    child: 'one that is paused is asked and made due',
    prepare: async ({ store }, id) =>
      store.record((await claimed(store, id)).lease, [{ type: 'workflow_paused', reason: null }]),
    becomes: ['pending', ['cancel'], true],
  },
  {
    child: 'one that has ended stays as it is',
    prepare: async ({ store }, id) => store.record((await claimed(store, id)).lease, [runCompleted(1)]),
    becomes: ['completed', [], false],
  },
];

/** What every store must do: runs that are created and given up by the commits of another. */
export const childRunCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'creates the runs that a commit brings about in that commit, due and held by nobody',
    async run({ store, newId }) {
      const [id, one, two] = [newId(), newId(), newId()];
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      const children = [childOf(id, 'a', one), childOf(id, 'b', two)];
      const recorded = await store.record(lease, [waitingForRun('a', one), waitingForRun('b', two)], { children });
      assert.equal(recorded.revision, 2);
      assert.deepEqual(
        (await store.readSteps(id)).map((step) => [step.stepKey, step.status, step.childRunId, step.attempts]),
        [
          ['a', 'waiting', one, 1],
          ['b', 'waiting', two, 1],
        ],
      );
      const child = await readRun(store, one);
      assert.deepEqual(
        [child.parentRunId, child.parentStepKey, child.rootRunId, child.status],
        [id, 'a', id, 'pending'],
      );
      assert.deepEqual(await dueIds(store), [one, two]);
      assert.deepEqual(
        (await store.listRuns({ parentRunId: id })).map((run) => run.id),
        [two, one],
      );
    },
  },
  {
    about,
    name: 'creates none of them when the commit is refused (pitfall 9)',
    async run({ store, newId }) {
      const [id, one, two] = [newId(), newId(), newId()];
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      await claimed(store, id, { worker: 'w2', takeover: true });
      const changes = [waitingForRun('a', one)];
      await rejectsWith(store.record(lease, changes, { children: [childOf(id, 'a', one)] }), 'LEASE_LOST');
      assert.equal(await store.readRun(one), null);
      const { lease: held } = await claimed(store, id, { takeover: true });
      const wrong = store.record(held, [completed('never')], { children: [childOf(id, 'a', two)] });
      await assert.rejects(wrong);
      assert.equal(await store.readRun(two), null);
    },
  },
  {
    about,
    name: 'keeps nothing of the commit when a child’s id is taken',
    async run({ store, newId }) {
      const [id, one] = [newId(), newId()];
      const created = await store.createRuns([heldRun(id), freeRun(one)]);
      const children = [childOf(id, 'a', one)];
      await rejectsWith(store.record(leaseOf(created[0]), [waitingForRun('a', one)], { children }), 'RUN_EXISTS');
      assert.deepEqual(await store.readSteps(id), []);
      assert.equal((await readRun(store, id)).revision, 1);
    },
  },
  {
    about,
    name: 'creates children with their parent, and none for a parent that is known already',
    async run({ store, newId }) {
      const [id, one, again, other] = [newId(), newId(), newId(), newId()];
      const parent = (runId: string, child: string) =>
        heldRun(runId, {
          idempotencyKey: 'k',
          changes: [waitingForRun('a', child)],
          children: [childOf(runId, 'a', child)],
        });
      await store.createRuns([parent(id, one)]);
      assert.equal((await readRun(store, one)).parentRunId, id);
      const [known] = await store.createRuns([parent(again, other)]);
      assert.deepEqual([known?.created, known?.runId], [false, id]);
      assert.equal(await store.readRun(other), null);
    },
  },
  {
    about,
    name: 'creates as many as a commit needs, each with its input and definition',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      const ids = Array.from({ length: 300 }, () => newId());
      const body = json({ steps: [] });
      assert.ok(body !== null);
      const definition = { hash: 'h', name: 'sample', version: 1, body };
      const children = ids.map((child, n) => childOf(id, `a[${n}]`, child, { definition, input: json({ n }) }));
      const changes = ids.map((child, n) => waitingForRun(`a[${n}]`, child));
      await store.record(lease, changes, { children });
      assert.equal((await readRun(store, ids[299] ?? '')).input, '{"n":299}');
      assert.equal((await store.readDefinition('h'))?.body, body);
      assert.equal((await store.listRuns({ parentRunId: id, limit: 1000 })).length, 300);
    },
  },
  ...standings.map(
    ({ child, prepare, becomes }): ConformanceCase => ({
      about,
      name: `tells a child that nobody waits for it any more: ${child} (pitfall 23)`,
      async run(env) {
        const { store } = env;
        const [id, childId] = [env.newId(), env.newId()];
        const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
        await store.record(lease, [waitingForRun('a', childId)], { children: [childOf(id, 'a', childId)] });
        await prepare(env, childId);
        const mailBefore = (await store.readMail(id)).length;
        const { revision } = await readRun(store, childId);
        await store.record(lease, [askedToCancel('a', childId), runFailed()]);
        const run = await readRun(store, childId);
        const mail = (await store.readMail(childId)).map(({ kind }) => kind);
        assert.deepEqual([run.status, mail, (await dueIds(store)).includes(childId)], becomes);
        const isTold = becomes[1].length > 0 || becomes[0] === 'cancelled';
        assert.equal(run.revision > revision, isTold, 'a holder learns of it by the revision');
        assert.equal((await store.readMail(id)).length, mailBefore, 'who gives a child up needs not hear of its end');
      },
    }),
  ),
  {
    about,
    name: 'asks the children of a parked run in the commit of the outsider who cancels it',
    async run({ store, newId }) {
      const [id, one, two] = [newId(), newId(), newId()];
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      const children = [childOf(id, 'a', one), childOf(id, 'b', two)];
      await store.record(lease, [waitingForRun('a', one), waitingForRun('b', two), suspended()], { children });
      await store.record((await claimed(store, two)).lease, [started('s'), suspended()]);
      await store.transact(id, (snapshot) => decideCancel(snapshot, 'enough'));
      assert.equal((await readRun(store, id)).status, 'cancelled');
      const types = (await eventTypes(store, id)).slice(-5);
      const perChild = ['step_cancelled', 'child_cancel_requested'];
      assert.deepEqual(types, [...perChild, ...perChild, 'workflow_cancelled']);
      const first = await readRun(store, one);
      const reason = 'given up by its parent: the run was cancelled';
      assert.deepEqual([first.status, first.reason], ['cancelled', reason]);
      assert.deepEqual(
        (await store.readMail(two)).map(({ kind, name }) => [kind, name]),
        [['cancel', reason]],
      );
      assert.equal((await claim(store, two)).kind, 'claimed');
    },
  },
  {
    about,
    name: 'gives up a child that was deleted as if it had never been',
    async run({ store, newId }) {
      const [id, one] = [newId(), newId()];
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      await store.record(lease, [waitingForRun('a', one)], { children: [childOf(id, 'a', one)] });
      await store.record((await claimed(store, one, { leaseMs })).lease, [runCompleted()]);
      assert.equal(await store.deleteRuns([one]), 1);
      await store.record(lease, [askedToCancel('a', one), runFailed()]);
      assert.equal((await readRun(store, id)).status, 'failed');
    },
  },
];
