import { describe, expect, it } from 'vitest';
import { CALLABLE, celEnvironment } from './cel-environment.js';
import { WorkExhausted, withWork } from './meter.js';
import { parseExpression } from './parse-expression.js';

const SIZE = 10_000;
const input = {
  text: 'a'.repeat(SIZE),
  same: `${'a'.repeat(SIZE - 1)}b`,
  list: Array.from({ length: SIZE }, (_, index) => index),
  words: Array.from({ length: SIZE }, (_, index) => `w${index}`),
  objects: Array.from({ length: SIZE }, (_, index) => ({ type: `t${index % 7}` })),
  object: Object.fromEntries(Array.from({ length: SIZE }, (_, index) => [`k${index}`, index])),
  few: Array.from({ length: 100 }, () => 1),
  json: JSON.stringify(Array.from({ length: SIZE }, () => 1)),
};

/** What an evaluation must spend at least when it goes through one of the values above. */
const EXPECTED = SIZE / 10;

/** A call of each function over a value big enough to cost something. */
const CALLS: Readonly<Record<string, string>> = {
  size: 'size(input.text)',
  type: 'type(input.list)',
  dyn: 'dyn(input.object)',
  string: 'string(input.text)',
  int: 'int(input.text)',
  uint: 'uint(input.text)',
  double: 'double(input.text)',
  bool: 'bool(input.text)',
  bytes: 'bytes(input.text)',
  timestamp: 'timestamp(input.text)',
  duration: 'duration(input.text)',
  startsWith: 'input.text.startsWith(input.text)',
  endsWith: 'input.text.endsWith(input.text)',
  contains: 'input.text.contains("b")',
  indexOf: 'input.text.indexOf("b")',
  lastIndexOf: 'input.text.lastIndexOf("b")',
  substring: 'input.text.substring(1)',
  matches: 'input.text.matches("b")',
  extract: 'input.text.extract("b")',
  split: 'input.text.split("")',
  join: 'input.words.join(",")',
  trim: 'input.text.trim()',
  lowerAscii: 'input.text.lowerAscii()',
  upperAscii: 'input.text.upperAscii()',
  base64: 'bytes(input.text).base64()',
  hex: 'bytes(input.text).hex()',
  at: 'bytes(input.text).at(0)',
  all: 'input.list.all(x, true)',
  exists: 'input.list.exists(x, false)',
  exists_one: 'input.list.exists_one(x, false)',
  map: 'input.list.map(x, 1)',
  filter: 'input.list.filter(x, true)',
  replace: 'input.text.replace("a", "b")',
  sort: 'input.words.sort()',
  distinct: 'input.list.distinct()',
  flatten: '[input.list].flatten()',
  reverse: 'input.list.reverse()',
  slice: 'input.list.slice(0, 10000)',
  sum: 'input.list.sum()',
  groupBy: 'input.objects.groupBy("type")',
  keys: 'keys(input.object)',
  values: 'values(input.object)',
  json: 'json(input.list)',
  parseJson: 'parseJson(input.json)',
};

/** Calls whose cost does not grow with any value. */
const CONSTANT = new Set(
  'has bind or orValue hasValue value none of getFullYear getMonth getDate getDayOfMonth getDayOfWeek getHours getMinutes getSeconds getMilliseconds'.split(
    ' ',
  ),
);

function run(source: string, work: number): unknown {
  const parsed = parseExpression(source);
  if (!parsed.ok) throw new Error(`${source}: ${parsed.faults.map((fault) => fault.message).join()}`);
  return withWork(work, () => parsed.expression.run({ input }));
}

describe('meterExpression', () => {
  it('has a call here for every function there is', () => {
    const missing = [...CALLABLE].filter((name) => CALLS[name] === undefined && !CONSTANT.has(name));
    expect(missing).toEqual([]);
  });

  it('lets nothing be called that the library does not have', () => {
    const known = new Set(
      celEnvironment()
        .getDefinitions()
        .functions.map((definition) => definition.name),
    );
    expect([...CALLABLE].filter((name) => !known.has(name))).toEqual([]);
  });

  it.each(Object.entries(CALLS))('makes %s pay for what it goes through', (_name, source) => {
    expect(() => run(source, EXPECTED)).toThrow(WorkExhausted);
  });

  it.each([
    'input.list == input.list.map(x, x)',
    'input.list != input.list.map(x, x)',
    'input.text == input.same',
    'input.object == {"a": 1}',
    'bytes(input.text) == bytes(input.text)',
    '-1 in input.list',
    'input.text + input.text',
    'input.list + input.list',
    'input.text < input.same',
    'input.text <= input.same',
    'input.text > input.same',
    'input.text >= input.same',
    'input.object.exists(k, true)',
    'input.object.all(k, false)',
  ])('makes %s pay for what it goes through', (source) => {
    expect(() => run(source, EXPECTED)).toThrow(WorkExhausted);
  });

  it.each(['1 - input.list[1]', '1 * 2', '4 / 2', '5 % 2'])('lets %s be, whose cost is one node', (source) => {
    expect(() => run(source, 10)).not.toThrow();
  });

  it('counts the rounds of inner loops for each round of the outer one', () => {
    const nested = 'input.few.map(a, input.few.map(b, 1).size()).sum()';
    expect(() => run(nested, 10_000)).toThrow(WorkExhausted);
    expect(run(nested, 100_000)).toBe(10_000n);
  });

  it.each(['all', 'exists', 'exists_one', 'map'])('ends the loop of .%s() at once when the work is spent', (loop) => {
    let reads = 0;
    const counted = new Proxy(input.list, {
      get: (list, key, receiver) => {
        if (/^\d+$/.test(String(key))) reads++;
        return Reflect.get(list, key, receiver);
      },
    });
    const rounds = 3;
    const parsed = parseExpression(`counted.${loop}(x, size(text) ${loop === 'all' ? '>' : '<'} 0)`);
    const evaluation = (): unknown => (parsed.ok ? parsed.expression.run({ counted, text: input.text }) : null);
    expect(() => withWork((rounds * SIZE) / 8, evaluation)).toThrow(WorkExhausted);
    expect(reads).toBeLessThanOrEqual(rounds + 1);
  });
});
