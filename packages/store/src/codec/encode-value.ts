import { NotSerializableError, PayloadTooLargeError } from '../errors.js';

declare const jsonText: unique symbol;
/** JSON text that `encodeValue` made: parsing and encoding it again gives the same text. */
export type JsonText = string & { readonly [jsonText]: true };

/** How much a value may hold, and what it is called in an error. */
export interface EncodeOptions {
  /** What the value is, for the error's message: `result of step "classify[3]"`. */
  readonly what: string;
  /** Most bytes of JSON; default no limit. */
  readonly maxBytes?: number;
}

/** Nested deeper than this a value is refused rather than overflowing the stack in a reader. */
export const maxValueDepth = 1000;

/**
 * Encodes a value as JSON text that decodes to an equal value, or refuses it.
 *
 * `undefined` is no value and becomes null (SQL NULL); a property that is `undefined` is left out; `-0` becomes `0`.
 * Throws `NotSerializableError` with the path for anything that would come back as something else, and
 * `PayloadTooLargeError` over `maxBytes`. Neither is worth a retry.
 */
export function encodeValue(value: unknown, options: EncodeOptions): JsonText | null {
  if (value === undefined) return null;
  checkValue(value, options.what, [], []);
  const text = JSON.stringify(value);
  if (options.maxBytes !== undefined) checkSize(text, options.maxBytes, options.what);
  // checkValue has refused all that JSON.stringify would drop or change.
  return text as JsonText;
}

function checkSize(text: string, maxBytes: number, what: string): void {
  if (text.length * 3 <= maxBytes) return;
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) throw new PayloadTooLargeError(what, bytes, maxBytes);
}

function checkValue(value: unknown, what: string, path: (string | number)[], ancestors: object[]): void {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return;
    case 'number':
      if (!Number.isFinite(value)) refuse(what, path, String(value));
      return;
    case 'object':
      if (value !== null) checkObject(value, what, path, ancestors);
      return;
    case 'bigint':
      return refuse(what, path, 'a BigInt');
    case 'undefined':
      return refuse(what, path, 'undefined inside an array');
    default:
      return refuse(what, path, `a ${typeof value}`);
  }
}

function checkObject(value: object, what: string, path: (string | number)[], ancestors: object[]): void {
  if (ancestors.includes(value)) refuse(what, path, 'a cycle');
  if (ancestors.length >= maxValueDepth) refuse(what, path.slice(0, 8), `nested deeper than ${maxValueDepth} levels`);
  ancestors.push(value);
  if (Array.isArray(value)) checkItems(value, what, path, ancestors);
  else checkProperties(value, what, path, ancestors);
  ancestors.pop();
}

function checkItems(items: readonly unknown[], what: string, path: (string | number)[], ancestors: object[]): void {
  // Array.prototype is itself an array; the prototype of a subclass is not.
  if (!Array.isArray(Object.getPrototypeOf(items))) refuse(what, path, `an instance of ${className(items)}`);
  refuseToJson(items, what, path);
  for (let index = 0; index < items.length; index++) {
    path.push(index);
    checkValue(items[index], what, path, ancestors);
    path.pop();
  }
}

function checkProperties(value: object, what: string, path: (string | number)[], ancestors: object[]): void {
  if (!isPlain(value)) refuse(what, path, `an instance of ${className(value)}`);
  refuseToJson(value, what, path);
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    path.push(key);
    checkValue(item, what, path, ancestors);
    path.pop();
  }
}

/** Plain: made by `{}` or `Object.create(null)`, in this realm or another. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** JSON.stringify would ask it for another value than the one checked here. */
function refuseToJson(value: object, what: string, path: readonly (string | number)[]): void {
  if ('toJSON' in value && typeof value.toJSON === 'function') refuse(what, path, 'an object with toJSON');
}

function className(value: object): string {
  return value.constructor?.name ?? 'a class';
}

function refuse(what: string, path: readonly (string | number)[], found: string): never {
  throw new NotSerializableError(what, showPath(path), found);
}

function showPath(path: readonly (string | number)[]): string {
  return path.reduce<string>((shown, part) => {
    if (typeof part === 'number') return `${shown}[${part}]`;
    return /^[A-Za-z_$][\w$]*$/.test(part) ? `${shown}.${part}` : `${shown}[${JSON.stringify(part)}]`;
  }, '$');
}
