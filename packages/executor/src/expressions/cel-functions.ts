import { EvaluationError } from '@marcbachmann/cel-js';
import { equals } from './cel-operators.js';
import { isPlainObject } from './json-kinds.js';
import { spend, spendText } from './meter.js';
import { NotJsonError, toJsonValue } from './to-json-value.js';

/** A function of the expression language: its CEL signature and what it does. */
export type CelFunction = readonly [signature: string, handler: (...args: never[]) => unknown];

/**
 * What expressions get beyond standard CEL: deterministic, pure, and each pays for the work it does.
 *
 * `extract` is here for its type only; like `matches` it is carried out over compiled patterns (see `cel-calls.ts`).
 */
export const CEL_FUNCTIONS: readonly CelFunction[] = [
  ['string.replace(string, string): string', replace],
  ['string.extract(string): dyn', () => null],
  ['list.sort(): list', sort],
  ['list.distinct(): list', distinct],
  ['list.flatten(): list', flatten],
  ['list.reverse(): list', reverse],
  ['list.slice(dyn, dyn): list', slice],
  ['list.sum(): dyn', sum],
  ['list.groupBy(string): map', groupBy],
  ['keys(map): list<string>', keys],
  ['values(map): list', values],
  ['json(dyn): string', json],
  ['parseJson(string): dyn', parseJson],
];

function replace(text: string, search: string, replacement: string): string {
  if (search === '') throw new EvaluationError('replace() needs a text to look for');
  spend(text.length);
  const pieces = text.split(search);
  spendText(text.length + pieces.length * replacement.length);
  return pieces.join(replacement);
}

function sort(list: readonly unknown[]): readonly unknown[] {
  return [...items(list)].sort((left, right) => {
    if (isNumber(left) && isNumber(right)) {
      spend(1);
      return compare(left, right);
    }
    if (typeof left === 'string' && typeof right === 'string') {
      spendText(Math.min(left.length, right.length));
      return compare(left, right);
    }
    throw new EvaluationError('sort() takes a list of texts or a list of numbers');
  });
}

function compare<Item extends string | number | bigint>(left: Item, right: Item): number {
  if (left < right) return -1;
  return left > right ? 1 : 0;
}

function distinct(list: readonly unknown[]): readonly unknown[] {
  const scalars = new Set<unknown>();
  const others: unknown[] = [];
  return items(list).filter((item) => {
    if (typeof item !== 'object' || item === null) {
      const size = scalars.size;
      return scalars.add(typeof item === 'bigint' ? Number(item) : item).size > size;
    }
    if (others.some((other) => equals(item, other, () => false) === true)) return false;
    return others.push(item) > 0;
  });
}

function flatten(list: readonly unknown[]): readonly unknown[] {
  const flat: unknown[] = [];
  for (const item of items(list)) {
    if (Array.isArray(item)) for (const inner of items(item)) flat.push(inner);
    else flat.push(item);
  }
  return flat;
}

function reverse(list: readonly unknown[]): readonly unknown[] {
  return [...items(list)].reverse();
}

function slice(list: readonly unknown[], from: unknown, to: unknown): readonly unknown[] {
  const [start, end] = [toIndex(from, list), toIndex(to, list)];
  if (start > end) throw new EvaluationError(`slice() starts at ${start}, after its end ${end}`);
  return items(list.slice(start, end));
}

function toIndex(value: unknown, list: readonly unknown[]): number {
  const index = isNumber(value) ? Number(value) : Number.NaN;
  if (Number.isInteger(index) && index >= 0 && index <= list.length) return index;
  throw new EvaluationError(`slice() takes whole numbers from 0 to the list's size ${list.length}`);
}

function sum(list: readonly unknown[]): number | bigint {
  let whole = 0n;
  let rest = 0;
  let isWhole = true;
  for (const item of items(list)) {
    if (!isNumber(item)) throw new EvaluationError('sum() takes a list of numbers');
    if (typeof item === 'bigint') whole += item;
    else {
      rest += item;
      isWhole = false;
    }
  }
  return isWhole ? whole : Number(whole) + rest;
}

function groupBy(list: readonly unknown[], key: string): ReadonlyMap<string, unknown[]> {
  const groups = new Map<string, unknown[]>();
  for (const item of items(list)) {
    const name = fieldOf(item, key);
    if (name === null || typeof name === 'object' || name === undefined) {
      throw new EvaluationError(
        `groupBy(${JSON.stringify(key)}) needs a text, a number or a bool under that key in every item`,
      );
    }
    const group = groups.get(String(name));
    if (group === undefined) groups.set(String(name), [item]);
    else group.push(item);
  }
  return groups;
}

function fieldOf(item: unknown, key: string): unknown {
  if (item instanceof Map) return item.get(key);
  return isPlainObject(item) && Object.hasOwn(item, key) ? item[key] : undefined;
}

function keys(map: object): readonly string[] {
  return items(map instanceof Map ? [...map.keys()].map(String) : Object.keys(map));
}

function values(map: object): readonly unknown[] {
  return items(map instanceof Map ? [...map.values()] : Object.values(map));
}

function json(value: unknown): string {
  try {
    return JSON.stringify(toJsonValue(value));
  } catch (error) {
    if (error instanceof NotJsonError) throw new EvaluationError(`json(): ${error.message}`);
    throw error;
  }
}

function parseJson(text: string): unknown {
  spend(text.length);
  try {
    return JSON.parse(text);
  } catch {
    throw new EvaluationError('parseJson(): the text is no valid JSON');
  }
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** A list, once every item of it is paid for. */
function items<Item>(list: readonly Item[]): readonly Item[] {
  spend(1 + list.length);
  return list;
}
