/** Options every error of this project takes. */
export interface SisyphusErrorOptions {
  readonly cause?: unknown;
  /** Facts for programs: ids, limits, paths. JSON values only; never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * The base of every error this project throws on purpose.
 *
 * `code` is stable and public (the table is in ARCHITECTURE.md); the message says what happened, to which id, and
 * what to do next.
 */
export abstract class SisyphusError extends Error {
  abstract readonly code: string;
  readonly details: Readonly<Record<string, unknown>> | null;

  constructor(message: string, options: SisyphusErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.details = options.details ?? null;
  }
}
