import assert from 'node:assert/strict';
import type { ConformanceCase } from '../conformance-case.js';
import { dump, eventTypes, readRun, rejectsWith } from '../expectations.js';
import { completed, freeRun, heldRun, json, leaseOf, runCompleted, started } from '../sample-changes.js';

const about = 'createRuns';

/** What every store must do: creating runs. */
export const createRunsCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'fills in the defaults of what is not said',
    async run({ store, clock, newId }) {
      const id = newId();
      const [created] = await store.createRuns([{ id, name: 'n', input: null }]);
      assert.deepEqual(created, { runId: id, created: true, lease: null, at: clock.now() });
      const run = await readRun(store, id);
      const { namespace, queue, priority, status, rootRunId, revision, lastSeq, fence, createdAt, startedAt } = run;
      assert.deepEqual(
        { namespace, queue, priority, status, rootRunId, revision, lastSeq, fence, createdAt, startedAt },
        {
          ...{ namespace: 'default', queue: 'default', priority: 0, status: 'pending', rootRunId: id },
          ...{ revision: 1, lastSeq: 1, fence: 0, createdAt: clock.now(), startedAt: null },
        },
      );
      for (const name of ['version', 'definitionHash', 'tags', 'budget', 'idempotencyKey', 'parentRunId'] as const)
        assert.equal(run[name], null, name);
    },
  },
  {
    about,
    name: 'keeps everything that is said of a run, in the row and in its first event',
    async run({ store, newId }) {
      const id = newId();
      await store.createRuns([
        freeRun(id, {
          ...{ version: 3, namespace: 'tenant-b', queue: 'slow', priority: -7, concurrencyKey: 'c' },
          ...{
            tags: JSON.parse('{"a":"b","__proto__":"c"}'),
            budget: { tokens: 10 },
            idempotencyKey: 'k',
            deadlineAt: 2 ** 40,
          },
          parent: { runId: 'gone', stepKey: 'call', rootRunId: 'root' },
        }),
      ]);
      const run = await readRun(store, id);
      assert.deepEqual(
        [run.version, run.namespace, run.queue, run.priority, run.concurrencyKey, run.tags, run.budget, run.deadlineAt],
        [3, 'tenant-b', 'slow', -7, 'c', '{"a":"b","__proto__":"c"}', '{"tokens":10}', 2 ** 40],
      );
      assert.deepEqual([run.parentRunId, run.parentStepKey, run.rootRunId], ['gone', 'call', 'root']);
      assert.deepEqual(await eventTypes(store, id), ['workflow_started']);
    },
  },
  {
    about,
    name: 'creates all or none',
    async run({ store, newId }) {
      const [first, second, third] = [newId(), newId(), newId()];
      await store.createRuns([freeRun(first, { idempotencyKey: 'k' })]);
      const clashing = freeRun(third, { idempotencyKey: 'k', name: 'another workflow' });
      await rejectsWith(store.createRuns([freeRun(second), clashing]), 'IDEMPOTENCY_CONFLICT');
      assert.equal(await store.readRun(second), null);
      assert.deepEqual(await store.readEvents(second), []);
      assert.equal(await store.readRun(third), null);
    },
  },
  {
    about,
    name: 'refuses an id that is taken and leaves its run as it was',
    async run({ store, newId }) {
      const [id, other] = [newId(), newId()];
      await store.createRuns([freeRun(id)]);
      const before = await dump(store, id);
      const error = await rejectsWith(
        store.createRuns([freeRun(other), freeRun(id, { name: 'another' })]),
        'RUN_EXISTS',
      );
      assert.equal('runId' in error && error.runId, id);
      assert.deepEqual(await dump(store, id), before);
      assert.equal(await store.readRun(other), null);
    },
  },
  {
    about,
    name: 'refuses two new runs with one id, and creates neither',
    async run({ store, newId }) {
      const [id, other] = [newId(), newId()];
      await rejectsWith(store.createRuns([freeRun(other), freeRun(id), freeRun(id)]), 'RUN_EXISTS');
      assert.deepEqual([await store.readRun(id), await store.readRun(other)], [null, null]);
    },
  },
  {
    about,
    name: 'takes a second request with the same id and the same key for the first',
    async run({ store, newId }) {
      const run = freeRun(newId(), { idempotencyKey: 'k' });
      await store.createRuns([run]);
      const [again] = await store.createRuns([run]);
      assert.deepEqual([again?.runId, again?.created], [run.id, false]);
    },
  },
  {
    about,
    name: 'takes the run and writes its first changes in the commit that creates it',
    async run({ store, clock, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id, { changes: [started('a')] })]))[0]);
      assert.deepEqual(lease, { runId: id, worker: 'w1', fence: 1, revision: 1, expiresAt: clock.now() + 60_000 });
      const run = await readRun(store, id);
      assert.deepEqual([run.status, run.revision, run.lastSeq, run.startedAt], ['running', 1, 3, clock.now()]);
      assert.deepEqual(await eventTypes(store, id), ['workflow_started', 'run_claimed', 'step_started']);
      assert.equal((await store.readSteps(id))[0]?.status, 'running');
      await store.record(lease, [completed('a')]);
    },
  },
  {
    about,
    name: 'creates a run that is over at once, and leaves no lease on it',
    async run({ store, newId }) {
      const id = newId();
      const [created] = await store.createRuns([
        heldRun(id, { changes: [started('a'), completed('a', 1), runCompleted(1)] }),
      ]);
      assert.equal(created?.lease, null);
      const run = await readRun(store, id);
      assert.deepEqual([run.status, run.output, run.leaseWorker], ['completed', '1', null]);
    },
  },
  {
    about,
    name: 'stores a definition once, whoever brings it',
    async run({ store, clock, newId }) {
      const body = json({ steps: [] });
      assert.ok(body !== null);
      const definition = { hash: 'abc', name: 'd', version: null, body };
      const [first, second] = [newId(), newId()];
      await store.createRuns([freeRun(first, { definition })]);
      const createdAt = clock.now();
      clock.advance(10);
      await store.createRuns([freeRun(second, { definition })]);
      assert.deepEqual(await store.readDefinition('abc'), { ...definition, createdAt });
      assert.equal((await readRun(store, second)).definitionHash, 'abc');
      assert.equal(await store.readDefinition('none'), null);
    },
  },
  {
    about,
    name: 'lets a run with a delayed start lie until it is due',
    async run({ store, clock, newId }) {
      const id = newId();
      await store.createRuns([freeRun(id, { wakeAt: clock.now() + 1000 })]);
      const run = await readRun(store, id);
      assert.deepEqual([run.status, run.wakeAt], ['pending', clock.now() + 1000]);
    },
  },
  {
    about,
    name: 'creates nothing and fails at nothing when it is given nothing',
    async run({ store }) {
      assert.deepEqual(await store.createRuns([]), []);
    },
  },
];
