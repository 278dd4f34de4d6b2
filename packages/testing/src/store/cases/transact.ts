import assert from 'node:assert/strict';
import type { RunSnapshot } from '@sisyphus-state/store';
import type { ConformanceCase, ConformanceEnv } from '../conformance-case.js';
import { dump, readRun, rejectsWith } from '../expectations.js';
import {
  completed,
  failed,
  freeRun,
  heldRun,
  json,
  leaseMs,
  leaseOf,
  retried,
  runFailed,
  runReleased,
  skipped,
  started,
} from '../sample-changes.js';

const about = 'transact';

/** How a run is held as its rule sees it, after `prepare`. */
const leaseStates: readonly (readonly [RunSnapshot['lease'], string, (env: ConformanceEnv) => void])[] = [
  ['held', 'in the last millisecond of the lease', ({ clock }) => clock.advance(leaseMs - 1)],
  ['expired', 'at the very end of the lease', ({ clock }) => clock.advance(leaseMs)],
  ['dead', 'when its process died', ({ processes }) => processes.kill('main')],
];

/** What every store must do: commits from outside the lease. */
export const transactCases: readonly ConformanceCase[] = [
  ...leaseStates.map(
    ([lease, when, prepare]): ConformanceCase => ({
      about,
      name: `shows the rule a run that is ${lease}, ${when}`,
      async run(env) {
        const id = env.newId();
        await env.store.createRuns([heldRun(id)]);
        prepare(env);
        assert.equal((await look(env, id)).lease, lease);
      },
    }),
  ),
  {
    about,
    name: 'shows the rule a run that nobody holds: new, given back or ended',
    async run(env) {
      const [fresh, released, ended] = [env.newId(), env.newId(), env.newId()];
      const created = await env.store.createRuns([freeRun(fresh), heldRun(released), heldRun(ended)]);
      await env.store.record(leaseOf(created[1]), [runReleased]);
      await env.store.record(leaseOf(created[2]), [runFailed()]);
      env.processes.kill('main');
      for (const id of [fresh, released, ended]) assert.equal((await look(env, id)).lease, 'free');
    },
  },
  {
    about,
    name: 'shows the rule the store’s own clock and the run as it is',
    async run(env) {
      const id = env.newId();
      await env.store.createRuns([heldRun(id)]);
      const now = env.clock.advance(5);
      const { run, ...rest } = await look(env, id);
      assert.equal(rest.now, now);
      assert.deepEqual([run.id, run.status, run.revision, run.fence], [id, 'running', 1, 1]);
    },
  },
  {
    about,
    name: 'shows the rule the steps that are neither completed nor skipped, in order of their start',
    async run(env) {
      const id = env.newId();
      const lease = leaseOf((await env.store.createRuns([heldRun(id)]))[0]);
      await env.store.record(lease, [started('done'), completed('done'), skipped('no'), started('run')]);
      await env.store.record(lease, [started('again'), retried('again', 9), started('bad'), failed('bad')]);
      const { openSteps } = await look(env, id);
      assert.deepEqual(
        openSteps.map((step) => [step.stepKey, step.status]),
        [
          ['run', 'running'],
          ['again', 'pending'],
          ['bad', 'failed'],
        ],
      );
    },
  },
  {
    about,
    name: 'writes nothing when nothing is decided, and returns the rule’s value',
    async run({ store, clock, newId }) {
      const id = newId();
      await store.createRuns([heldRun(id)]);
      const before = await dump(store, id);
      clock.advance(9);
      assert.deepEqual(await store.transact(id, () => ({ changes: [], value: { found: 1 } })), { found: 1 });
      assert.deepEqual(await dump(store, id), before);
    },
  },
  {
    about,
    name: 'marks what came from outside: neither a fence nor a worker in the event',
    async run({ store, clock, newId }) {
      const id = newId();
      await store.createRuns([heldRun(id)]);
      await store.transact(id, () => ({ changes: [{ type: 'cancel_requested', reason: 'late' }], value: null }));
      const event = (await store.readEvents(id)).at(-1);
      assert.deepEqual(
        [event?.type, event?.fence, event?.worker, event?.at, event?.source],
        ['cancel_requested', null, null, clock.now(), 'engine'],
      );
      assert.equal((await readRun(store, id)).revision, 2);
    },
  },
  {
    about,
    name: 'rejects with what the rule throws, even undefined, and writes nothing',
    async run({ store, newId }) {
      const id = newId();
      await store.createRuns([heldRun(id)]);
      const before = await dump(store, id);
      for (const thrown of [new Error('no'), undefined]) {
        const attempt = store.transact(id, () => {
          throw thrown;
        });
        const outcome = await attempt.then(
          () => 'resolved',
          (error: unknown) => ({ error }),
        );
        assert.deepEqual(outcome, { error: thrown });
      }
      assert.deepEqual(await dump(store, id), before);
    },
  },
  {
    about,
    name: 'says RUN_NOT_FOUND for a run that is not there, without asking the rule',
    async run({ store }) {
      const attempt = store.transact('nowhere', () => {
        throw new Error('the rule was asked');
      });
      await rejectsWith(attempt, 'RUN_NOT_FOUND');
    },
  },
  {
    about,
    name: 'lets every one of many rules see what the one before it decided',
    async run({ store, newId }) {
      const id = newId();
      await store.createRuns([heldRun(id)]);
      const seen = await Promise.all(
        Array.from({ length: 20 }, () =>
          store.transact(id, ({ run }) => ({
            changes: [{ type: 'cancel_requested', reason: String(run.revision) }],
            value: run.revision,
          })),
        ),
      );
      assert.deepEqual(
        [...seen].sort((a, b) => a - b),
        Array.from({ length: 20 }, (_, index) => index + 1),
      );
    },
  },
  {
    about,
    name: 'puts mail into the box, oldest first, values whole, and raises the revision for it',
    async run({ store, clock, newId }) {
      const id = newId();
      await store.createRuns([heldRun(id)]);
      const large = json('x'.repeat(9000));
      const [first, second] = [
        { kind: 'signal', name: 'a', payload: json(null) },
        { kind: 'signal', name: 'b', payload: large },
      ];
      await store.transact(id, () => ({ changes: [], mail: [first, second], value: null }));
      const mail = await store.readMail(id);
      assert.deepEqual(
        mail.map(({ kind, name, payload, createdAt, consumedAt }) => ({ kind, name, payload, createdAt, consumedAt })),
        [first, second].map((item) => ({ ...item, createdAt: clock.now(), consumedAt: null })),
      );
      assert.equal((await readRun(store, id)).revision, 2);
    },
  },
];

async function look({ store }: ConformanceEnv, id: string): Promise<RunSnapshot> {
  return store.transact(id, (snapshot) => ({ changes: [], value: snapshot }));
}
