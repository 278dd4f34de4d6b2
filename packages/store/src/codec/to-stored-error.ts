import type { StoredError } from '@sisyphus-state/schema';

const maxDepth = 4;
const maxTextLength = 2000;
/** Names and codes are words: with a message of `maxTextLength` they fit into `maxJsonBytes` however they are escaped. */
const maxWordLength = 150;
const maxJsonBytes = 16 * 1024;

/**
 * Makes the stored form of anything thrown.
 *
 * Keeps name, message, `code`, `retryable` and `details` where the thrown thing has them, causes to depth 4, and at
 * most 16 KiB of JSON: stacks go first, then details, then causes. A thrown value that is no Error keeps its text.
 * Never throws itself: what can't be read of a hostile value is left out.
 */
export function toStoredError(thrown: unknown): StoredError {
  const whole = describe(thrown, 1, new Set());
  const attempts = [whole, withoutStacks(whole), { ...withoutStacks(whole), details: null }];
  const fitting = attempts.find((error) => Buffer.byteLength(JSON.stringify(error)) <= maxJsonBytes);
  return fitting ?? { ...withoutStacks(whole), details: null, cause: null };
}

function describe(thrown: unknown, depth: number, seen: Set<unknown>): StoredError {
  if (!isErrorLike(thrown)) return plainError(textOf(thrown));
  seen.add(thrown);
  const [name, code, retryable, stack, cause] = ['name', 'code', 'retryable', 'stack', 'cause'].map((property) =>
    read(thrown, property),
  );
  const causeAllowed = depth < maxDepth && cause !== undefined && cause !== null && !seen.has(cause);
  return {
    name: clip(typeof name === 'string' ? name : 'Error', maxWordLength),
    message: clip(textOf(read(thrown, 'message'))),
    code: typeof code === 'string' || typeof code === 'number' ? clip(String(code), maxWordLength) : null,
    retryable: typeof retryable === 'boolean' ? retryable : null,
    details: jsonObject(read(thrown, 'details')),
    stack: typeof stack === 'string' ? clip(stack) : null,
    cause: causeAllowed ? describe(cause, depth + 1, seen) : null,
  };
}

function isErrorLike(thrown: unknown): thrown is object {
  if (typeof thrown !== 'object' || thrown === null) return false;
  try {
    return thrown instanceof Error || 'message' in thrown;
  } catch {
    // A proxy that refuses even that.
    return false;
  }
}

function read(thrown: object, property: string): unknown {
  try {
    return Reflect.get(thrown, property);
  } catch {
    // A getter that throws: that part can't be told.
    return undefined;
  }
}

function plainError(message: string): StoredError {
  return {
    name: 'Error',
    message: clip(message),
    code: null,
    retryable: null,
    details: null,
    stack: null,
    cause: null,
  };
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return (typeof value === 'object' && value !== null ? JSON.stringify(value) : undefined) ?? String(value);
  } catch {
    // A cycle, or a toString that throws: its kind is all that can be said.
    return kindOf(value);
  }
}

function kindOf(value: unknown): string {
  try {
    return Object.prototype.toString.call(value);
  } catch {
    return 'a value that can not be read';
  }
}

function jsonObject(value: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof value !== 'object' || value === null) return null;
  try {
    const copy: unknown = JSON.parse(JSON.stringify(value));
    return typeof copy === 'object' && copy !== null && !Array.isArray(copy) ? { ...copy } : null;
  } catch {
    // Details are for the reader's comfort: what is no JSON is left out, the error itself is kept.
    return null;
  }
}

function withoutStacks(error: StoredError): StoredError {
  return { ...error, stack: null, cause: error.cause && withoutStacks(error.cause) };
}

/** Shortens a long text without cutting a surrogate pair in two. */
function clip(text: string, length = maxTextLength): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
