/** Two copies of this package in one process (an application's and a handler package's) share this symbol, not a class. */
const ERROR_MARK = Symbol.for('sisyphus-state.error');

/** A year. A server may ask for any number, but an instant that no column can hold would fail far from here. */
export const MAX_RETRY_AFTER_MS = 366 * 24 * 3_600_000;

/** What every error of this package can be given. */
export interface HandlerErrorOptions {
  /** Stable and public: programs compare it, people search for it. */
  readonly code?: string;
  readonly cause?: unknown;
  /** Facts for programs, kept with the step's error: JSON values only, and never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Options of an error whose retrying the thrower may decide. */
export interface HandlerErrorRetryOptions extends HandlerErrorOptions {
  /** `false`: never again; `true`: asked for; `null` (the default): the step's `retry` policy decides. */
  readonly retryable?: boolean | null;
}

/** Options of a `RetryableError`. */
export interface RetryableErrorOptions extends HandlerErrorOptions {
  /**
   * The least time to wait before the next attempt, in milliseconds; what is no finite number ≥ 0 counts as not given,
   * more than a year as a year.
   */
  readonly retryAfterMs?: number;
}

/**
 * An error with a code that a handler throws; what to do about it is left to the step's policy.
 *
 * Throw `TerminalError` or `RetryableError` to say more. An ordinary `Error` is allowed too: it is kept without a code.
 */
export class HandlerError extends Error {
  readonly code: string;
  readonly retryable: boolean | null;
  readonly details: Readonly<Record<string, unknown>> | null;

  constructor(message: string, options: HandlerErrorRetryOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code ?? 'HANDLER_FAILED';
    this.retryable = options.retryable ?? null;
    this.details = options.details ?? null;
  }

  // On the prototype, not the instance: it must not show up whenever an error is printed.
  get [ERROR_MARK](): true {
    return true;
  }
}

/** Nobody should try again: the same attempt would fail the same way. */
export class TerminalError extends HandlerError {
  constructor(message: string, options: HandlerErrorOptions = {}) {
    super(message, { ...options, code: options.code ?? 'TERMINAL', retryable: false });
  }
}

/** Trying again may help; `retryAfterMs` says when it makes sense to. The step's policy still counts the attempts. */
export class RetryableError extends HandlerError {
  readonly retryAfterMs: number | null;

  constructor(message: string, options: RetryableErrorOptions = {}) {
    super(message, { ...options, code: options.code ?? 'RETRYABLE', retryable: true });
    this.retryAfterMs = wholeMs(options.retryAfterMs);
  }
}

/** Whether a thrown value says that nobody should try again; true for the `TerminalError` of any copy of this package. */
export function isTerminalError(error: unknown): boolean {
  return isMarked(error) && error.retryable === false;
}

/** The wait a thrown `RetryableError` (of any copy of this package) asks for in whole milliseconds, or `null`. */
export function retryAfterMsOf(error: unknown): number | null {
  return isMarked(error) && error.retryable === true ? wholeMs(error.retryAfterMs) : null;
}

interface Marked {
  readonly retryable?: unknown;
  readonly retryAfterMs?: unknown;
}

function isMarked(error: unknown): error is Marked {
  return typeof error === 'object' && error !== null && ERROR_MARK in error;
}

function wholeMs(value: unknown): number | null {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return null;
  return Math.min(Math.ceil(value), MAX_RETRY_AFTER_MS);
}
