import type { Environment } from '@marcbachmann/cel-js';
import { isPlainObject } from './json-kinds.js';
import { spend, spendText } from './meter.js';

const ARITHMETIC: readonly (readonly [operator: string, apply: (left: number, right: number) => number])[] = [
  ['+', (left, right) => left + right],
  ['-', (left, right) => left - right],
  ['*', (left, right) => left * right],
  ['/', (left, right) => left / right],
  ['%', (left, right) => left % right],
];

/**
 * Lets ints and doubles meet in arithmetic: JSON numbers are doubles, the numbers in an expression's text are ints.
 *
 * A mixed operation gives a double; `7 / 2` between two ints stays the whole 3.
 */
export function registerMixedArithmetic(environment: Environment): void {
  for (const [operator, apply] of ARITHMETIC) {
    environment.registerOperator(`int ${operator} double: double`, (left: bigint, right: number) =>
      apply(Number(left), right),
    );
    environment.registerOperator(`double ${operator} int: double`, (left: number, right: bigint) =>
      apply(left, Number(right)),
    );
  }
  environment.registerOperator('double % double: double', (left: number, right: number) => left % right);
}

/** Applies an operator the way the library does. */
type Fallback = () => unknown;

/** Compares by value and pays for what it looks at; kinds JSON does not have are left to the library. */
export function equals(left: unknown, right: unknown, fallback: Fallback): unknown {
  return isComparable(left) && isComparable(right) ? deepEquals(left, right) : fallback();
}

function isComparable(value: unknown): boolean {
  return typeof value !== 'object' || value === null || Array.isArray(value) || isMap(value);
}

type AnyMap = ReadonlyMap<unknown, unknown> | Readonly<Record<string, unknown>>;

/** What CEL calls a map: an object, or a Map such as `groupBy` and the table of steps. */
function isMap(value: unknown): value is AnyMap {
  return value instanceof Map || isPlainObject(value);
}

function deepEquals(left: unknown, right: unknown): boolean {
  spend(1);
  if (typeof left === 'string' && typeof right === 'string' && left.length === right.length) spendText(left.length);
  if (left === right) return true;
  // biome-ignore lint/suspicious/noDoubleEquals: 1 == 1.0 in CEL, and === tells a bigint from a number.
  if (isNumeric(left) && isNumeric(right)) return left == right;
  if (Array.isArray(left)) return Array.isArray(right) && itemsEqual(left, right);
  if (isMap(left)) return isMap(right) && entriesEqual(left, right);
  return isSameOther(left, right);
}

function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function itemsEqual(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, index) => deepEquals(item, right[index]));
}

function entriesEqual(left: AnyMap, right: AnyMap): boolean {
  const keys = left instanceof Map ? [...left.keys()] : Object.keys(left);
  spend(keys.length);
  if (keys.length !== (right instanceof Map ? right.size : Object.keys(right).length)) return false;
  return keys.every((key) => hasKey(right, key) && deepEquals(readKey(left, key), readKey(right, key)));
}

function hasKey(map: AnyMap, key: unknown): boolean {
  return map instanceof Map ? map.has(key) : Object.hasOwn(map, String(key));
}

function readKey(map: AnyMap, key: unknown): unknown {
  return map instanceof Map ? map.get(key) : Reflect.get(map, String(key));
}

/** Timestamps, durations and unsigned ints inside lists and maps: same kind, same primitive value. */
function isSameOther(left: unknown, right: unknown): boolean {
  if (typeof left !== 'object' || left === null || typeof right !== 'object' || right === null) return false;
  return Object.getPrototypeOf(left) === Object.getPrototypeOf(right) && left.valueOf() === right.valueOf();
}

/** `needle in haystack`: one of a list's items, or one of an object's keys. */
export function isIn(needle: unknown, haystack: unknown, fallback: Fallback): unknown {
  if (Array.isArray(haystack)) return haystack.some((item) => deepEquals(needle, item));
  if (isPlainObject(haystack) && isKey(needle)) return Object.hasOwn(haystack, String(needle));
  return fallback();
}

function isKey(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || isNumeric(value);
}

/** `left + right`: texts and lists here, where they are paid for; everything else as the library does it. */
export function plus(left: unknown, right: unknown, fallback: Fallback): unknown {
  if (typeof left === 'string' && typeof right === 'string') {
    spendText(left.length + right.length);
    return left + right;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    spend(1 + left.length + right.length);
    return [...left, ...right];
  }
  return fallback();
}
