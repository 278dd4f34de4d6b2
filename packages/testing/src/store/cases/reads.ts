import assert from 'node:assert/strict';
import type { ConformanceCase } from '../conformance-case.js';
import { readRun } from '../expectations.js';
import {
  completed,
  failed,
  freeRun,
  heldRun,
  leaseOf,
  runCompleted,
  runFailed,
  sampleError,
  started,
} from '../sample-changes.js';

const about = 'reads';

/** Ids and names that trip up quoting, pattern matching, collation or objects used as maps. */
const oddTexts = [
  "x'; DROP TABLE workflow_runs; --",
  '%_*?[a-z]',
  '__proto__',
  'constructor',
  'é',
  'e\u0301',
  'É',
  '😀',
];
const oddKeys = [...oddTexts, 'a', 'A', 'a ', ' a', 'a[3]', 'poll#2', 'outer[1]/inner', 'line\nbreak', '"', '\\'];

/** What every store must do: reading runs back. */
export const readsCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'say null or nothing of a run that is not there',
    async run({ store }) {
      assert.equal(await store.readRun('nowhere'), null);
      assert.equal(await store.getRunState('nowhere'), null);
      assert.deepEqual(await store.readSteps('nowhere'), []);
      assert.deepEqual(await store.readEvents('nowhere'), []);
      assert.deepEqual(await store.readMail('nowhere'), []);
    },
  },
  {
    about,
    name: 'page through events after a seq, as many as asked for',
    async run({ store, newId }) {
      const id = newId();
      await store.createRuns([freeRun(id)]);
      for (let n = 2; n <= 10; n++) await store.logEvent(id, 'note', n);
      const page = async (filter: { after?: number; limit?: number }) =>
        (await store.readEvents(id, filter)).map((event) => event.seq);
      assert.deepEqual(await page({}), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      assert.deepEqual(await page({ after: 7 }), [8, 9, 10]);
      assert.deepEqual(await page({ limit: 3 }), [1, 2, 3]);
      assert.deepEqual(await page({ after: 3, limit: 2 }), [4, 5]);
      assert.deepEqual(await page({ after: 10 }), []);
      assert.deepEqual(await page({ limit: 0 }), []);
      assert.deepEqual(await page({ limit: 2.5 }), [1, 2]);
      assert.deepEqual(await page({ limit: Number.POSITIVE_INFINITY }), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    },
  },
  {
    about,
    name: 'give the revisions of the runs asked for, leaving out those that are not there',
    async run({ store, newId }) {
      const [a, b] = [newId(), newId()];
      const created = await store.createRuns([freeRun(a), heldRun(b)]);
      await store.record(leaseOf(created[1]), [started('a')]);
      assert.deepEqual(
        await store.readRevisions([b, 'nowhere', a]),
        new Map([
          [a, 1],
          [b, 2],
        ]),
      );
      assert.deepEqual(await store.readRevisions([]), new Map());
    },
  },
  {
    about,
    name: 'give the revisions of a thousand runs at once',
    async run({ store, newId }) {
      const ids = Array.from({ length: 1000 }, newId);
      await store.createRuns(ids.map((id) => freeRun(id)));
      assert.equal((await store.readRevisions(ids)).size, 1000);
    },
  },
  {
    about,
    name: 'decode a run’s state: values, errors, tags, and steps in order of their start',
    async run({ store, clock, newId }) {
      const id = newId();
      const [created] = await store.createRuns([heldRun(id, { tags: { team: 'a' }, changes: [started('z')] })]);
      const lease = leaseOf(created);
      await store.record(lease, [completed('z', [1]), started('b'), failed('b'), runFailed('b')]);
      const state = await store.getRunState(id);
      assert.deepEqual(
        [state?.status, state?.input, state?.tags, state?.output, state?.finishedAt],
        ['failed', { n: 1 }, { team: 'a' }, undefined, clock.now()],
      );
      assert.deepEqual(state?.error, sampleError);
      assert.deepEqual(
        state?.steps.map((step) => [step.stepKey, step.status, step.result, step.error]),
        [
          ['z', 'completed', [1], null],
          ['b', 'failed', undefined, sampleError],
        ],
      );
    },
  },
  {
    about,
    name: 'hand out rows that nobody else holds: what a caller does to them changes nothing',
    async run({ store, newId }) {
      const id = newId();
      await store.createRuns([heldRun(id, { changes: [started('a')] })]);
      const row = await readRun(store, id);
      Reflect.set(row, 'status', 'failed');
      assert.equal((await readRun(store, id)).status, 'running');
    },
  },
  {
    about,
    name: 'tell apart ids, names and step keys that look alike or look dangerous',
    async run({ store, newId }) {
      const id = newId();
      const lease = leaseOf((await store.createRuns([heldRun(id)]))[0]);
      for (const [index, key] of oddKeys.entries()) await store.record(lease, [started(key), completed(key, index)]);
      const steps = await store.readSteps(id);
      assert.deepEqual(
        steps.map((step) => [step.stepKey, step.result]),
        oddKeys.map((key, index) => [key, String(index)]),
      );
      await store.record(lease, [runCompleted()]);
      for (const text of oddTexts)
        await store.createRuns([freeRun(`${newId()} ${text}`, { name: text, idempotencyKey: text })]);
      for (const text of oddTexts) {
        const [byName, byKey] = [await store.listRuns({ name: text }), await store.listRuns({ idempotencyKey: text })];
        assert.deepEqual([byName.length, byKey.length, byName[0]?.id], [1, 1, byKey[0]?.id], text);
      }
    },
  },
];
