import assert from 'node:assert/strict';
import { decodeValue } from '@sisyphus-state/store';
import type { ConformanceCase, ConformanceEnv } from '../conformance-case.js';
import { claimed, readRun } from '../expectations.js';
import { completed, heldRun, json, leaseOf, runCompleted, runReleased, started } from '../sample-changes.js';

const about = 'values';

/** Values that engines are known to lose, each at every place that a value can be kept. */
const samples: readonly (readonly [name: string, value: unknown])[] = [
  ['no value', undefined],
  ['null', null],
  ['zero', 0],
  ['the empty string', ''],
  ['false', false],
  ['true', true],
  ['an empty array', []],
  ['an empty object', {}],
  ['a string that looks like JSON', '{"a":1}'],
  ['a string that looks like null', 'null'],
  ['minus zero, which becomes zero', 0],
  ['a tiny and a huge number', [5e-324, 1.7976931348623157e308]],
  ['2^53 and its neighbours', [2 ** 53 - 1, 2 ** 53, -(2 ** 53)]],
  ['U+0000', 'a\u0000b'],
  ['lone surrogates', ['\ud800', '\udfff x', 'x \ud83d']],
  ['characters outside the BMP', '😀 𝕊 é ü 漢'],
  ['line separators and control characters', '\u2028\u2029\u0001\u001f\u007f'],
  ['a key called __proto__', JSON.parse('{"__proto__":{"polluted":true},"constructor":1}')],
  ['an empty key and keys in numeric order', { '': 1, 2: 'b', 10: 'a' }],
  ['keys in another order than the alphabet’s', { z: 1, a: { y: 2, b: 3 } }],
  ['deep nesting', Array.from({ length: 200 }).reduce<unknown>((inner) => [inner], 'core')],
  ['exactly 8 KiB of JSON', 'x'.repeat(8190)],
  ['one byte more than 8 KiB', 'x'.repeat(8191)],
  ['8 KiB in characters of three bytes', '漢'.repeat(2800)],
  ['a large object', largeObject(900_000)],
];

/** What every store must do: values kept as they are. */
export const valuesCases: readonly ConformanceCase[] = [
  ...samples.map(
    ([name, value]): ConformanceCase => ({
      about,
      name: `come back as they went in: ${name}`,
      run: (env) => checkRoundTrip(env, value),
    }),
  ),
  {
    about,
    name: 'are told from no value: null is null, nothing is undefined',
    async run({ store, newId }) {
      const [withNull, without] = [newId(), newId()];
      await store.createRuns([heldRun(withNull, { input: json(null) }), heldRun(without, { input: json(undefined) })]);
      assert.equal((await store.getRunState(withNull))?.input, null);
      assert.equal((await store.getRunState(without))?.input, undefined);
      assert.equal((await readRun(store, withNull)).input, 'null');
      assert.equal((await readRun(store, without)).input, null);
    },
  },
  {
    about,
    name: 'never reach a prototype',
    async run({ store, newId }) {
      const id = newId();
      await store.createRuns([heldRun(id, { input: json(JSON.parse('{"__proto__":{"polluted":true}}')) })]);
      const input = (await store.getRunState(id))?.input;
      assert.ok(typeof input === 'object' && input !== null);
      assert.deepEqual(Object.keys(input), ['__proto__']);
      assert.equal('polluted' in input, false);
      assert.equal('polluted' in {}, false);
    },
  },
];

async function checkRoundTrip({ store, newId }: ConformanceEnv, value: unknown): Promise<void> {
  const id = newId();
  const text = json(value);
  const [created] = await store.createRuns([heldRun(id, { input: text, changes: [started('a')] })]);
  const lease = leaseOf(created);
  await store.record(lease, [completed('a', value), runReleased]);
  const claim = await claimed(store, id);
  assert.deepEqual([claim.run.input, claim.steps[0]?.result], [text, text], 'in the claim');
  await store.transact(id, () => ({ changes: [], mail: [{ kind: 'signal', name: 's', payload: text }], value: null }));
  assert.equal((await store.readMail(id))[0]?.payload, text, 'in the mail');
  await store.record(claim.lease, [runCompleted(value, value)]);
  await store.logEvent(id, 'note', value);
  const run = await readRun(store, id);
  assert.deepEqual([run.input, run.output, run.context], [text, text, text], 'in the run');
  const state = await store.getRunState(id);
  const decoded = [state?.input, state?.output, state?.context, state?.steps[0]?.result];
  for (const each of decoded) assert.deepStrictEqual(each, text === null ? undefined : value);
  const note = (await store.readEvents(id)).at(-1);
  assert.deepStrictEqual(decodeValue(note?.body ?? note?.payload ?? null), value === undefined ? null : value);
}

/** An object of about this many bytes, of many small parts. */
function largeObject(bytes: number): unknown {
  const rows = Math.ceil(bytes / 60);
  return { rows: Array.from({ length: rows }, (_, n) => ({ id: n, name: `row number ${n}`, tags: ['a', null, 'ü'] })) };
}
