import type { StoredError } from '@sisyphus-state/schema';

const maxDepth = 4;
const maxTextLength = 2000;
const maxJsonBytes = 16 * 1024;

/**
 * Makes the stored form of anything thrown.
 *
 * Keeps name, message, `code`, `retryable` and `details` where the thrown thing has them, causes to depth 4, and at
 * most 16 KiB of JSON: stacks go first, then details, then causes. A thrown value that is no Error keeps its text.
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
  const causeAllowed =
    depth < maxDepth && thrown.cause !== undefined && thrown.cause !== null && !seen.has(thrown.cause);
  return {
    name: clip(typeof thrown.name === 'string' ? thrown.name : 'Error'),
    message: clip(textOf(thrown.message)),
    code: typeof thrown.code === 'string' || typeof thrown.code === 'number' ? clip(String(thrown.code)) : null,
    retryable: typeof thrown.retryable === 'boolean' ? thrown.retryable : null,
    details: jsonObject(thrown.details),
    stack: typeof thrown.stack === 'string' ? clip(thrown.stack) : null,
    cause: causeAllowed ? describe(thrown.cause, depth + 1, seen) : null,
  };
}

interface ErrorLike {
  readonly name?: unknown;
  readonly message: unknown;
  readonly code?: unknown;
  readonly retryable?: unknown;
  readonly details?: unknown;
  readonly stack?: unknown;
  readonly cause?: unknown;
}

function isErrorLike(thrown: unknown): thrown is ErrorLike {
  return thrown instanceof Error || (typeof thrown === 'object' && thrown !== null && 'message' in thrown);
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
    return Object.prototype.toString.call(value);
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
function clip(text: string): string {
  if (text.length <= maxTextLength) return text;
  return `${text.slice(0, maxTextLength).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
