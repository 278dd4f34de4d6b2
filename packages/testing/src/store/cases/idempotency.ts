import assert from 'node:assert/strict';
import { IdempotencyConflictError, type NewRun } from '@sisyphus-state/store';
import type { ConformanceCase, ConformanceEnv } from '../conformance-case.js';
import { dump, rejectsWith } from '../expectations.js';
import { freeRun, heldRun, json } from '../sample-changes.js';

const about = 'createRuns with an idempotency key';
const idempotencyKey = 'order 7';
const body = json({}) ?? raise();
const definition = { hash: 'h1', name: 'd', version: null, body };

/** What makes a second request another one, and what the error has to name. */
const conflicts: readonly (readonly [what: string, other: Partial<NewRun>, differs: readonly string[]])[] = [
  ['another workflow', { name: 'other' }, ['workflow']],
  ['another version', { version: 2 }, ['workflow']],
  ['another definition', { definition: { ...definition, hash: 'h2' } }, ['definition']],
  ['another input', { input: json({ n: 2 }) }, ['input']],
  ['no input', { input: null }, ['input']],
  ['null as its input', { input: json(null) }, ['input']],
  ['another workflow and input', { name: 'other', input: json(0) }, ['workflow', 'input']],
];

/** What every store must do: idempotency keys. */
export const idempotencyCases: readonly ConformanceCase[] = [
  {
    about,
    name: 'returns the run that has the key, untouched and without a lease',
    async run({ store, newId }) {
      const [id, second] = [newId(), newId()];
      await store.createRuns([freeRun(id, { idempotencyKey, definition })]);
      const before = await dump(store, id);
      const [found] = await store.createRuns([heldRun(second, { idempotencyKey, definition })]);
      assert.deepEqual([found?.runId, found?.created, found?.lease], [id, false, null]);
      assert.deepEqual(await dump(store, id), before);
      assert.equal(await store.readRun(second), null);
    },
  },
  {
    about,
    name: 'takes an input with its properties in another order for the same',
    async run({ store, newId }) {
      const id = newId();
      await store.createRuns([freeRun(id, { idempotencyKey, input: json({ a: 1, b: [2] }) })]);
      const [found] = await store.createRuns([freeRun(newId(), { idempotencyKey, input: json({ b: [2], a: 1 }) })]);
      assert.equal(found?.runId, id);
    },
  },
  {
    about,
    name: 'compares large inputs too',
    async run({ store, newId }) {
      const id = newId();
      const large = 'x'.repeat(20_000);
      await store.createRuns([freeRun(id, { idempotencyKey, input: json(large) })]);
      const [found] = await store.createRuns([freeRun(newId(), { idempotencyKey, input: json(large) })]);
      assert.equal(found?.runId, id);
      const other = freeRun(newId(), { idempotencyKey, input: json(`${large}!`) });
      await rejectsWith(store.createRuns([other]), 'IDEMPOTENCY_CONFLICT');
    },
  },
  {
    about,
    name: 'finds the key again within one call',
    async run({ store, newId }) {
      const id = newId();
      const [first, second] = await store.createRuns([
        freeRun(id, { idempotencyKey }),
        freeRun(newId(), { idempotencyKey }),
      ]);
      assert.deepEqual([first?.created, second?.created, second?.runId], [true, false, id]);
    },
  },
  {
    about,
    name: 'keeps the keys of namespaces apart',
    async run({ store, newId }) {
      const [first, second] = [newId(), newId()];
      await store.createRuns([freeRun(first, { idempotencyKey })]);
      const [other] = await store.createRuns([
        freeRun(second, { idempotencyKey, namespace: 'tenant-b', name: 'other' }),
      ]);
      assert.deepEqual([other?.created, other?.runId], [true, second]);
    },
  },
  {
    about,
    name: 'creates exactly one run when many ask at once',
    async run({ store, newId }) {
      const asked = Array.from({ length: 20 }, () => store.createRuns([freeRun(newId(), { idempotencyKey })]));
      const answers = (await Promise.all(asked)).flat();
      assert.equal(answers.filter((answer) => answer.created).length, 1);
      assert.equal(new Set(answers.map((answer) => answer.runId)).size, 1);
    },
  },
  ...conflicts.map(
    ([what, other, differs]): ConformanceCase => ({
      about,
      name: `refuses ${what} and says what differs`,
      run: (env) => checkConflict(env, other, differs),
    }),
  ),
];

async function checkConflict({ store, newId }: ConformanceEnv, other: Partial<NewRun>, differs: readonly string[]) {
  const id = newId();
  await store.createRuns([freeRun(id, { idempotencyKey, definition })]);
  const before = await dump(store, id);
  const request = freeRun(newId(), { idempotencyKey, definition, ...other });
  const error = await rejectsWith(store.createRuns([request]), 'IDEMPOTENCY_CONFLICT');
  assert.ok(error instanceof IdempotencyConflictError);
  assert.deepEqual([error.idempotencyKey, error.runId, error.differs], [idempotencyKey, id, differs]);
  assert.deepEqual(await dump(store, id), before);
}

function raise(): never {
  throw new Error('{} has a text');
}
