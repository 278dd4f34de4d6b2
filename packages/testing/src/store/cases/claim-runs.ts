import assert from 'node:assert/strict';
import type { ConformanceCase } from '../conformance-case.js';
import { claim, claimed, dump, eventTypes, readRun, rejectsWith } from '../expectations.js';
import {
  completed,
  failed,
  freeRun,
  heldRun,
  json,
  leaseMs,
  leaseOf,
  retried,
  runCancelled,
  runFailed,
  runReleased,
  skipped,
  started,
} from '../sample-changes.js';

const about = 'claimRuns';

/** What every store must do: claiming runs. */
export const claimRunsCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'takes a run only as it stood, when it is told how',
    async run({ store, newId }) {
      const id = newId();
      await store.createRuns([freeRun(id)]);
      const { revision } = await readRun(store, id);
      await store.logEvent(id, 'note', null);
      const request = { runIds: [id], worker: 'w', leaseMs: 1000, mode: 'resume', atRevision: revision } as const;
      const [changed] = await store.claimRuns(request);
      assert.ok(changed?.kind === 'changed');
      assert.deepEqual([changed.run.revision, changed.run.fence], [revision + 1, 0]);
      const [again] = await store.claimRuns({ ...request, atRevision: revision + 1 });
      assert.equal(again?.kind, 'claimed');
    },
  },
  {
    about,
    name: 'gives one outcome a run, in the order asked for, one of them missing',
    async run({ store, newId }) {
      const [a, b, gone] = [newId(), newId(), newId()];
      await store.createRuns([freeRun(a), heldRun(b)]);
      const runIds = [gone, b, a];
      const outcomes = await store.claimRuns({ runIds, worker: 'w2', leaseMs, mode: 'continue' });
      assert.deepEqual(
        outcomes.map((outcome) => outcome.kind),
        ['missing', 'held', 'claimed'],
      );
    },
  },
  {
    about,
    name: 'lets exactly one of many claims of a run through',
    async run({ store, newId }) {
      const id = newId();
      await store.createRuns([freeRun(id)]);
      const workers = Array.from({ length: 10 }, (_, index) => `w${index}`);
      const outcomes = await Promise.all(workers.map((worker) => claim(store, id, { worker })));
      assert.equal(outcomes.filter((outcome) => outcome.kind === 'claimed').length, 1);
      assert.equal((await readRun(store, id)).fence, 1);
    },
  },
  {
    about,
    name: 'brings the whole journal: every step in order of its start, large results too',
    async run({ store, newId }) {
      const id = newId();
      const large = 'x'.repeat(9000);
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      await store.record(lease, [started('z'), completed('z', large), started('a'), skipped('m'), runReleased]);
      const { steps, run, mail, at } = await claimed(store, id);
      assert.deepEqual(
        steps.map((step) => [step.stepKey, step.status]),
        [
          ['z', 'completed'],
          ['a', 'running'],
          ['m', 'skipped'],
        ],
      );
      assert.equal(steps[0]?.result, json(large));
      assert.deepEqual([run.id, mail, at], [id, [], run.updatedAt]);
    },
  },
  {
    about,
    name: 'says only the first time that the run starts',
    async run({ store, clock, newId }) {
      const id = newId();
      await store.createRuns([freeRun(id)]);
      const startedAt = clock.advance(10);
      const { lease } = await claimed(store, id);
      await store.record(lease, [runReleased]);
      clock.advance(10);
      await claimed(store, id);
      assert.equal((await readRun(store, id)).startedAt, startedAt);
    },
  },
  {
    about,
    name: 'arms failed and cancelled steps again on a resume, counting attempts from there, and no others',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      await store.record(lease, [
        started('done'),
        completed('done', 1),
        skipped('skip'),
        started('cut'),
        started('stop'),
      ]);
      await store.record(lease, [started('bad'), retried('bad', 5), started('bad', 2), failed('bad', 2)]);
      const stop = { type: 'step_cancelled', stepKey: 'stop', attempt: 1, reason: 'a sibling failed' } as const;
      await store.record(lease, [stop, runFailed('bad')]);
      const { steps, run } = await claimed(store, id, { mode: 'resume' });
      assert.deepEqual(
        steps.map((step) => [step.stepKey, step.status, step.attempts, step.attemptsBase, step.finishedAt === null]),
        [
          ['done', 'completed', 1, 0, false],
          ['skip', 'skipped', 0, 0, false],
          ['cut', 'running', 1, 0, true],
          ['stop', 'pending', 1, 1, true],
          ['bad', 'pending', 2, 2, true],
        ],
      );
      assert.deepEqual([run.status, run.error, run.finishedAt], ['running', null, null]);
      const types = await eventTypes(store, id);
      assert.deepEqual(types.slice(-3), ['workflow_failed', 'workflow_resumed', 'run_claimed']);
    },
  },
  {
    about,
    name: 'lets a resumed run fail, be resumed and end again, one terminal event between two resumptions',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      await store.record(lease, [started('a'), failed('a'), runFailed('a')]);
      for (const attempt of [2, 3]) {
        const { lease: next } = await claimed(store, id, { mode: 'resume' });
        await store.record(next, [started('a', attempt), failed('a', attempt), runFailed('a')]);
      }
      const { lease: last } = await claimed(store, id, { mode: 'resume' });
      await store.record(last, [runCancelled('enough')]);
      const run = await readRun(store, id);
      assert.deepEqual([run.status, run.reason, run.error, run.fence], ['cancelled', 'enough', null, 4]);
    },
  },
  {
    about,
    name: 'gives a resumed run another definition and stores it',
    async run({ store, newId }) {
      const id = newId();
      const body = json({ steps: [1] });
      assert.ok(body !== null);
      const definition = { hash: 'new', name: 'd', version: null, body };
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      await store.record(lease, [runFailed()]);
      await store.claimRuns({ runIds: [id], worker: 'w2', leaseMs, mode: 'resume', definition });
      assert.equal((await readRun(store, id)).definitionHash, 'new');
      assert.equal((await store.readDefinition('new'))?.body, body);
    },
  },
  {
    about,
    name: 'changes no definition where a run is only continued',
    async run({ store, newId }) {
      const id = newId();
      const body = json({});
      assert.ok(body !== null);
      await store.createRuns([freeRun(id)]);
      const definition = { hash: 'new', name: 'd', version: null, body };
      await store.claimRuns({ runIds: [id], worker: 'w2', leaseMs, mode: 'continue', definition });
      assert.equal((await readRun(store, id)).definitionHash, null);
      assert.equal(await store.readDefinition('new'), null);
    },
  },
  {
    about,
    name: 'refuses the write of a worker whose run was taken over, and lets the new holder write',
    async run({ store, newId }) {
      const id = newId();
      const lost = leaseOf((await store.createRuns([heldRun(id, { changes: [started('a')] })]))[0]);
      const { lease } = await claimed(store, id, { takeover: true });
      const before = await dump(store, id);
      await rejectsWith(store.record(lost, [completed('a', 'late')]), 'LEASE_LOST');
      assert.deepEqual(await dump(store, id), before);
      await store.record(lease, [completed('a', 'in time')]);
      assert.equal((await store.readSteps(id))[0]?.result, '"in time"');
    },
  },
  {
    about,
    name: 'takes a run from a process that died, at once and from another handle',
    needs: ({ multiProcess }) => multiProcess,
    async run({ store, processes, openSecond, newId }) {
      const id = newId();
      const second = await openSecond('other');
      await store.createRuns([heldRun(id)]);
      assert.equal((await claim(second, id)).kind, 'held');
      processes.kill('main');
      const { lease } = await claimed(second, id);
      assert.equal(lease.fence, 2);
      assert.equal((await claim(store, id, { worker: 'w3' })).kind, 'held');
    },
  },
];
