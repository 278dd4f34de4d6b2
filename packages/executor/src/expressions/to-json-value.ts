import { Optional } from '@marcbachmann/cel-js';
import { Duration, UnsignedInt } from '@marcbachmann/cel-js/evaluator';
import { isPlainObject } from './json-kinds.js';
import { frozenObject, type JsonValue } from './json-value.js';
import { spend, spendText } from './meter.js';

/** A result that JSON has no form for; the message says which and what to do. */
export class NotJsonError extends Error {}

const MAX_DEPTH = 1_000;
// What a list or an object takes of memory besides its items.
const UNITS_PER_CONTAINER = 8;

/**
 * Turns what CEL gives into a frozen JSON value.
 *
 * An int becomes a number when it fits one exactly; a timestamp its ISO 8601 text; a duration its seconds (`"90s"`); an
 * optional its value, or null when it has none; a map an object. Bytes, types, NaN and the infinities are refused with
 * `NotJsonError`. Frozen lists and objects come from the scope, are JSON already and come back as they are.
 */
export function toJsonValue(value: unknown, depth = 0): JsonValue {
  switch (typeof value) {
    case 'string':
      spendText(value.length);
      return value;
    case 'boolean':
      return value;
    case 'number':
      // Adding 0 makes 0 of -0, as storing it would.
      if (Number.isFinite(value)) return value + 0;
      throw new NotJsonError(`the result is ${value}, which JSON has no form for`);
    case 'bigint':
      return toNumber(value);
    case 'object':
      return value === null ? null : fromObject(value, depth);
    default:
      throw new NotJsonError(`the result is a ${typeof value}, which JSON has no form for`);
  }
}

function toNumber(value: bigint): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new NotJsonError(`the result ${value} is too large for an exact JSON number; use string(…) to keep its digits`);
}

function fromObject(value: object, depth: number): JsonValue {
  if (depth >= MAX_DEPTH) throw new NotJsonError(`the result is nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) return fromItems(value, depth + 1);
  if (value instanceof Map) return fromEntries(value.entries(), depth + 1);
  if (isPlainObject(value)) return fromPlainObject(value, depth + 1);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Duration) return value.toString();
  if (value instanceof UnsignedInt) return toNumber(value.value);
  if (value instanceof Optional) return value.hasValue() ? toJsonValue(value.value(), depth) : null;
  if (value instanceof Uint8Array) {
    throw new NotJsonError(
      'the result is bytes, which JSON has no form for; end it with .base64(), .hex() or .string()',
    );
  }
  throw new NotJsonError('the result is a type, which JSON has no form for');
}

function fromItems(items: readonly unknown[], depth: number): JsonValue {
  spend(UNITS_PER_CONTAINER + items.length);
  if (!Object.isFrozen(items)) return Object.freeze(items.map((item) => toJsonValue(item, depth)));
  // Walked all the same: a result that repeats one big value must pay for its whole size.
  for (const item of items) toJsonValue(item, depth);
  // Nothing but the scope and this file freezes lists, and both hold JSON only.
  return items as JsonValue;
}

function fromPlainObject(object: Readonly<Record<string, unknown>>, depth: number): JsonValue {
  if (!Object.isFrozen(object)) return fromEntries(Object.entries(object), depth);
  spend(UNITS_PER_CONTAINER);
  for (const [key, item] of Object.entries(object)) {
    spendText(key.length);
    toJsonValue(item, depth);
  }
  // As with lists.
  return object as JsonValue;
}

function fromEntries(entries: Iterable<readonly [unknown, unknown]>, depth: number): JsonValue {
  spend(UNITS_PER_CONTAINER);
  const converted: [string, JsonValue][] = [];
  for (const [key, item] of entries) {
    const name = String(key);
    spendText(name.length);
    converted.push([name, toJsonValue(item, depth)]);
  }
  return frozenObject(converted);
}
