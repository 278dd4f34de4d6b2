import assert from 'node:assert/strict';
import { decideAnswer, decidePause, decideSignal, type JsonText, type WorkflowStore } from '@sisyphus-state/store';
import type { ConformanceCase } from '../conformance-case.js';
import { eventTypes, readRun } from '../expectations.js';
import { completed, freeRun, heldRun, json, leaseOf } from '../sample-changes.js';

type Change = Parameters<WorkflowStore['record']>[1][number];

const about = 'the mailbox, by decideSignal, decideAnswer and decidePause';

const waiting: Change = {
  type: 'step_waiting',
  ...{ stepKey: 'ask', stepId: 'ask', stepType: 'approval', wakeAt: null, delayMs: null, message: 'well?' },
  ...{ childRunId: null, attempts: null },
};
const suspended: Change = { type: 'workflow_suspended', wakeAt: null, delayMs: null, reason: 'approval:ask' };
const taken = (mailId: string): Change => ({ type: 'mail_taken', stepKey: 'ask', mailId });
const answer = json({ approved: true }) as JsonText; // an object has a text

const signal = (store: WorkflowStore, runId: string, value: unknown) =>
  store.transact(runId, (snapshot) => decideSignal(snapshot, 'go', json(value)));
const approve = (store: WorkflowStore, runId: string) =>
  store.transact(runId, (snapshot) => decideAnswer(snapshot, 'approval', 'ask', answer));

/** What every store must do: keep what outsiders put in until it is taken, and have it taken once. */
export const mailboxCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'keeps signals in their order, values whole, until they are taken',
    async run({ store, newId }) {
      const id = newId();
      const large = 'x'.repeat(20_000);
      await store.createRuns([freeRun(id)]);
      for (const value of [null, large, 0]) await signal(store, id, value);
      const mail = await store.readMail(id);
      assert.deepEqual(
        mail.map(({ kind, name, payload }) => [kind, name, payload]),
        [null, large, 0].map((value) => ['signal', 'go', JSON.stringify(value)]),
      );
      assert.deepEqual(await eventTypes(store, id), ['workflow_started', ...Array(3).fill('signal_received')]);
    },
  },
  {
    about,
    name: 'takes a piece in the commit that uses it, and only that piece',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id, { changes: [waiting] })]))[0]);
      for (const value of [1, 2]) await signal(store, id, value);
      const [first, second] = await store.readMail(id);
      await store.record(lease, [taken(first?.id ?? ''), completed('ask', 1)]);
      assert.deepEqual(
        (await store.readMail(id)).map((piece) => piece.id),
        [second?.id],
      );
      assert.equal((await store.readSteps(id))[0]?.status, 'completed');
    },
  },
  {
    about,
    name: 'refuses a commit that takes a piece a second time, the whole of it',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id, { changes: [waiting] })]))[0]);
      await signal(store, id, 1);
      const [piece] = await store.readMail(id);
      await store.record(lease, [taken(piece?.id ?? '')]);
      const before = await readRun(store, id);
      await assert.rejects(store.record(lease, [taken(piece?.id ?? ''), completed('ask')]), /taken before/);
      assert.deepEqual(await readRun(store, id), before);
      assert.equal((await store.readSteps(id))[0]?.status, 'waiting');
    },
  },
  {
    about,
    name: 'makes a parked run due by the very commit that gives it something to do',
    async run({ store, newId, clock }) {
      const id = newId();
      await store.createRuns([heldRun(id, { changes: [waiting, suspended] })]);
      const queues = [{ name: 'default' }];
      assert.deepEqual((await store.findDue({ queues, limit: 5 })).runs, []);
      clock.advance(10);
      assert.deepEqual(await approve(store, id), { kind: 'taken' });
      assert.deepEqual(
        (await store.findDue({ queues, limit: 5 })).runs.map(({ runId }) => runId),
        [id],
      );
      const [claim] = await store.claimDue({ queues, limit: 5, worker: 'w2', leaseMs: 1000 });
      assert.deepEqual(
        claim?.mail.map(({ kind, name, payload }) => [kind, name, payload]),
        [['approval', 'ask', answer]],
      );
    },
  },
  {
    about,
    name: 'takes one of many answers that come at once, and tells the others (pitfall 19)',
    async run({ store, newId }) {
      const id = newId();
      await store.createRuns([heldRun(id, { changes: [waiting, suspended] })]);
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => approve(store, id)));
      assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), [...Array(7).fill('answered'), 'taken']);
      assert.equal((await store.readMail(id)).length, 1);
    },
  },
  {
    about,
    name: 'lets a run that nobody holds stand still, until it is resumed',
    async run({ store, newId }) {
      const id = newId();
      await store.createRuns([freeRun(id)]);
      const pause = () => store.transact(id, (snapshot) => decidePause(snapshot, 'lunch'));
      assert.deepEqual(await pause(), { kind: 'paused' });
      assert.deepEqual(await pause(), { kind: 'unchanged', status: 'paused' });
      const { status, reason } = await readRun(store, id);
      assert.deepEqual([status, reason], ['paused', 'lunch']);
      assert.deepEqual((await store.findDue({ queues: [{ name: 'default' }], limit: 5 })).runs, []);
      const [claim] = await store.claimRuns({ runIds: [id], mode: 'resume', worker: 'w', leaseMs: 1000 });
      assert.equal(claim?.kind, 'claimed');
    },
  },
];
