/**
 * An error as it is kept: in a step's `error`, a run's `error` and the events that carry one.
 *
 * Causes are kept to depth 4 and the whole to 16 KiB of JSON; a thrown value that is no Error keeps its text in `message`.
 */
export interface StoredError {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
  /** `false` when nobody should try again, `true` when the thrower asked for it, `null` when the step's policy decides. */
  readonly retryable: boolean | null;
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly stack: string | null;
  readonly cause: StoredError | null;
}
