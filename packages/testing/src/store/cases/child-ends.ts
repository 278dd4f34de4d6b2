import assert from 'node:assert/strict';
import { type Change, decideCancel, decodeChildEnd } from '@sisyphus-state/store';
import type { ConformanceCase, ConformanceEnv } from '../conformance-case.js';
import { claimed, dueIds, eventTypes, eventually, readRun } from '../expectations.js';
import {
  childOf,
  heldRun,
  leaseMs,
  leaseOf,
  runCancelled,
  runCompleted,
  runFailed,
  runReleased,
  sampleError,
  suspended,
  waitingForRun,
} from '../sample-changes.js';

const about = 'child runs: their end is told to their parent';

/** Every end of a child, by whoever writes it. */
const ends: readonly (readonly [
  end: string,
  write: (env: ConformanceEnv, childId: string) => Promise<unknown>,
  told: Readonly<Record<string, unknown>>,
])[] = [
  [
    'completed',
    (env, id) => hold(env, id, [runCompleted({ a: [null] })]),
    { status: 'completed', output: { a: [null] } },
  ],
  [
    'completed without an output',
    (env, id) => hold(env, id, [runCompleted()]),
    { status: 'completed', output: undefined },
  ],
  ['failed', (env, id) => hold(env, id, [runFailed()]), { status: 'failed', error: sampleError }],
  [
    'cancelled by its holder',
    (env, id) => hold(env, id, [runCancelled('late')]),
    { status: 'cancelled', reason: 'late' },
  ],
  ['cancelled from outside before it began', cancel, { status: 'cancelled', reason: 'enough' }],
  [
    'cancelled from outside when its holder had died',
    async (env, id) => {
      await claimed(env.store, id);
      env.clock.advance(leaseMs + 1);
      await cancel(env, id);
    },
    { status: 'cancelled', reason: 'enough' },
  ],
  [
    'ended with the user’s own writes',
    async ({ store }, id) => store.recordWith((await claimed(store, id)).lease, () => [runCompleted(1)]),
    { status: 'completed', output: 1 },
  ],
];

/** How the parent stands by then: whether it is due afterwards, and what its log gains. */
const parents: readonly {
  readonly parent: string;
  readonly prepare: (env: ConformanceEnv, runId: string) => Promise<unknown>;
  readonly isDue: boolean;
  readonly logs: readonly string[];
}[] = [
  { parent: 'that is parked', prepare: (env, id) => go(env, id, [suspended()]), isDue: true, logs: ['workflow_woken'] },
  {
    parent: 'that is parked until later',
    prepare: (env, id) => go(env, id, [suspended({ delayMs: 600_000_000 })]),
    isDue: true,
    logs: ['workflow_woken'],
  },
  { parent: 'that is held', prepare: async () => undefined, isDue: false, logs: [] },
  { parent: 'that was given back', prepare: (env, id) => go(env, id, [runReleased]), isDue: true, logs: [] },
  {
    parent: 'that is paused',
    prepare: (env, id) => go(env, id, [{ type: 'workflow_paused', reason: null }]),
    isDue: false,
    logs: [],
  },
  { parent: 'that has ended', prepare: (env, id) => go(env, id, [runFailed()]), isDue: false, logs: [] },
];

/** What every store must do: no end of a child is missed by the run that waits for it. */
export const childEndCases: readonly ConformanceCase[] = [
  ...ends.flatMap(([end, write, told]) =>
    parents.map(
      ({ parent, prepare, isDue, logs }): ConformanceCase => ({
        about,
        name: `tells a parent ${parent}, in the very commit, that its child ${end} (pitfalls 9, 10)`,
        async run(env) {
          const { store } = env;
          const { id, childId } = await family(env);
          await prepare(env, id);
          const [before, log] = [await readRun(store, id), await eventTypes(store, id)];
          await write(env, childId);
          const [mail, ...others] = await store.readMail(id);
          assert.deepEqual([others.length, mail?.kind, mail?.name], [0, 'child', 'call']);
          const { runId, seq, ...found } = decodeChildEnd(mail?.payload ?? '{}');
          assert.deepEqual(found, { output: undefined, error: null, reason: null, ...told });
          const child = await readRun(store, childId);
          assert.deepEqual([runId, seq], [childId, child.lastSeq]);
          const run = await readRun(store, id);
          assert.equal(run.revision, before.revision + 1);
          assert.equal(run.status, before.status);
          assert.deepEqual(await eventTypes(store, id), [...log, ...logs]);
          assert.equal((await dueIds(store)).includes(id), isDue);
        },
      }),
    ),
  ),
  {
    about,
    name: 'tells a large output whole',
    async run(env) {
      const { id, childId } = await family(env);
      const large = 'x'.repeat(20_000);
      await hold(env, childId, [runCompleted(large)]);
      const [mail] = await env.store.readMail(id);
      assert.equal(decodeChildEnd(mail?.payload ?? '{}').output, large);
      assert.ok(mail?.payloadRef);
    },
  },
  {
    about,
    name: 'tells the end of a child that was resumed and ended again',
    async run(env) {
      const { store } = env;
      const { id, childId } = await family(env);
      await hold(env, childId, [runFailed()]);
      await store.record((await claimed(store, childId, { mode: 'resume' })).lease, [runCompleted('at last')]);
      const told = (await store.readMail(id)).map(({ payload }) => decodeChildEnd(payload ?? '{}'));
      assert.deepEqual(
        told.map(({ status }) => status),
        ['failed', 'completed'],
      );
      assert.ok((told[0]?.seq ?? 0) < (told[1]?.seq ?? 0));
    },
  },
  {
    about,
    name: 'ends a child whose parent was deleted',
    async run(env) {
      const { store } = env;
      const { id, childId } = await family(env);
      await go(env, id, [runFailed()]);
      assert.equal(await store.deleteRuns([id]), 1);
      await hold(env, childId, [runCompleted(1)]);
      assert.equal((await readRun(store, childId)).status, 'completed');
      assert.equal(await store.deleteRuns([childId]), 1);
    },
  },
  {
    about,
    name: 'tells of the ends of many children at once, each once, and wakes their parent once',
    async run(env) {
      const { store, newId } = env;
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      const ids = Array.from({ length: 40 }, () => newId());
      const children = ids.map((child, n) => childOf(id, `a[${n}]`, child));
      const changes: readonly Change[] = [...ids.map((child, n) => waitingForRun(`a[${n}]`, child)), suspended()];
      await store.record(lease, changes, { children, atRevision: 1 });
      const claims = await store.claimDue({ queues: [{ name: 'default' }], limit: 100, worker: 'w2', leaseMs });
      assert.equal(claims.length, 40);
      await Promise.all(claims.map((each) => store.record(each.lease, [runCompleted(each.run.id)])));
      const told = (await store.readMail(id)).map(({ payload }) => decodeChildEnd(payload ?? '{}').output);
      assert.deepEqual(told.sort(), [...ids].sort());
      assert.equal((await eventTypes(store, id)).filter((type) => type === 'workflow_woken').length, 1);
    },
  },
  {
    about,
    name: 'keeps what is written to a parent while its children end, whichever id is the greater',
    async run(env) {
      const { store, newId } = env;
      // A caller may give a run any id: the order of ids says nothing of who is whose child.
      for (const [id, childIds] of [
        ['zz-parent', [newId(), newId(), newId()]],
        ['00-parent', [newId(), newId(), newId()]],
      ] as const) {
        const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
        const children = childIds.map((child, n) => childOf(id, `a[${n}]`, child));
        await store.record(
          lease,
          childIds.map((child, n) => waitingForRun(`a[${n}]`, child)),
          { children },
        );
        const leases = await Promise.all(childIds.map(async (child) => (await claimed(store, child)).lease));
        const [first, second] = leases;
        await Promise.all([
          ...leases.slice(0, 1).map((each) => store.record(each, [runCompleted(1)])),
          store.record(lease, [
            { type: 'child_cancel_requested', stepKey: 'a[2]', childRunId: childIds[2], reason: null },
          ]),
          ...(second === undefined ? [] : [store.record(second, [runFailed()])]),
          store.transact(id, (snapshot) => decideCancel(snapshot, 'asked')),
        ]);
        assert.ok(first);
        const mail = (await store.readMail(id)).map(({ kind }) => kind);
        assert.deepEqual(mail.sort(), ['cancel', 'child', 'child']);
        assert.deepEqual(
          (await store.readMail(childIds[2])).map(({ kind }) => kind),
          ['cancel'],
        );
      }
    },
  },
  {
    about,
    name: 'tells watchers in the same process of a child’s end',
    async run(env) {
      const { childId } = await family(env);
      const { lease } = await claimed(env.store, childId);
      let calls = 0;
      const stop = env.store.watch(() => {
        calls++;
      });
      await env.store.record(lease, [runCompleted(1)]);
      await eventually('the listener is called', () => calls > 0);
      stop();
    },
  },
];

/** A run that is held and whose step `call` waits for a run that nobody has begun. */
async function family({ store, newId }: ConformanceEnv) {
  const [id, childId] = [newId(), newId()];
  const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
  await store.record(lease, [waitingForRun('call', childId)], { children: [childOf(id, 'call', childId)] });
  return { id, childId };
}

async function hold({ store }: ConformanceEnv, id: string, changes: readonly Change[]) {
  return store.record((await claimed(store, id)).lease, changes);
}

/** Commits changes of a run's present holder. */
async function go({ store }: ConformanceEnv, id: string, changes: readonly Change[]) {
  const { fence, revision } = await readRun(store, id);
  return store.record({ runId: id, worker: 'w1', fence, revision, expiresAt: 0 }, changes);
}

function cancel({ store }: ConformanceEnv, id: string): Promise<unknown> {
  return store.transact(id, (snapshot) => decideCancel(snapshot, 'enough'));
}
