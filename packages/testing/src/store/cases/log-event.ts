import assert from 'node:assert/strict';
import type { ConformanceCase } from '../conformance-case.js';
import { eventTypes, readRun, rejectsWith } from '../expectations.js';
import { heldRun, json, leaseOf, runCompleted, started } from '../sample-changes.js';

const about = 'logEvent';

/** What every store must do: the user's own events. */
export const logEventCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'appends the user’s event under the next seq, from nobody’s lease, and raises the revision',
    async run({ store, clock, newId }) {
      const id = newId();
      await store.createRuns([heldRun(id)]);
      const at = clock.advance(3);
      assert.equal(await store.logEvent(id, 'note', { said: 'hello' }), 3);
      const event = (await store.readEvents(id)).at(-1);
      assert.deepEqual(event, {
        ...{ runId: id, seq: 3, type: 'note', source: 'user', stepKey: null, attempt: null, fence: null, worker: null },
        ...{ at, payload: '{"said":"hello"}', payloadRef: null, body: null },
      });
      assert.equal((await readRun(store, id)).revision, 2);
    },
  },
  {
    about,
    name: 'never folds it, whatever it is called',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id, { changes: [started('a')] })]))[0]);
      await store.logEvent(id, 'workflow_completed', { output: 1 });
      await store.logEvent(id, 'step_completed', { result: 1 });
      await store.logEvent(id, 'run_adopted', {});
      assert.equal((await readRun(store, id)).status, 'running');
      assert.equal((await store.readSteps(id))[0]?.status, 'running');
      await store.record(lease, [runCompleted()]);
    },
  },
  {
    about,
    name: 'works on a run that has ended',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      await store.record(lease, [runCompleted()]);
      assert.equal(await store.logEvent(id, 'note', null), 4);
    },
  },
  {
    about,
    name: 'keeps a payload of any size, and one that is no value as null',
    async run({ store, newId }) {
      const id = newId();
      await store.createRuns([heldRun(id)]);
      const large = { text: 'x'.repeat(900_000) };
      await store.logEvent(id, 'large', large);
      await store.logEvent(id, 'nothing', undefined);
      const [, , first, second] = await store.readEvents(id);
      assert.equal(first?.body, json(large));
      assert.ok(first?.payloadRef);
      assert.deepEqual([second?.payload, second?.payloadRef], ['null', null]);
    },
  },
  {
    about,
    name: 'numbers events that come at once without gaps, in the order they were asked for',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      const logged = Array.from({ length: 30 }, (_, index) => store.logEvent(id, `n${index}`, index));
      const recorded = store.record(lease, [started('a')]);
      assert.deepEqual(
        await Promise.all(logged),
        Array.from({ length: 30 }, (_, index) => index + 3),
      );
      assert.equal((await recorded).revision, 32);
      assert.deepEqual((await eventTypes(store, id)).slice(-2), ['n29', 'step_started']);
    },
  },
  {
    about,
    name: 'refuses a payload that would come back as something else, and a run that is not there',
    async run({ store, newId }) {
      const id = newId();
      await store.createRuns([heldRun(id)]);
      await rejectsWith(store.logEvent(id, 'note', { at: new Date(0) }), 'NOT_SERIALIZABLE');
      await rejectsWith(store.logEvent('nowhere', 'note', 1), 'RUN_NOT_FOUND');
      assert.equal((await store.readEvents(id)).length, 2);
    },
  },
];
