import type { HandlerRun } from '@sisyphus-state/handlers';
import type { Delivery } from '@sisyphus-state/schema';
import type { SyncDatabase } from '@sisyphus-state/store';
import type { ReserveDefinition, RetryDefinition } from '../definition/definition.js';
import type { Duration } from '../definition/parse-duration.js';

/** What governs a step's attempts. */
export interface StepOptions<Result = unknown> {
  /** Without it there is one attempt. */
  readonly retry?: RetryDefinition;
  /** For each attempt. */
  readonly timeout?: Duration;
  /** What may happen to an attempt that was cut off; default `at-least-once` for a function, else what the handler says. */
  readonly delivery?: Delivery;
  /** What each attempt may use of the run's budget: it starts only when so much is left. `cost` is in units of money. */
  readonly reserve?: ReserveDefinition;
  /**
   * Undoes the step when the run fails or is cancelled: a function of its result, or a handler's call. The newest completed
   * step comes first; each is tried as the step itself (without `retry`: three attempts).
   */
  readonly compensate?: ((result: Result, run: HandlerRun) => unknown) | Pick<StepCall, 'type' | 'with'>;
}

/** A step that a handler carries out, or one that waits (`sleep`, `wait-for-signal`, `approval`). */
export interface StepCall<Result = unknown> extends StepOptions<Result> {
  readonly type: string;
  /** The handler's input: a JSON value, taken as it is (no expressions). */
  readonly with?: unknown;
}

/** What a step's function gets: the attempt. */
export type StepFunction<Result> = (run: HandlerRun) => Result | Promise<Result>;

/** How a child run is called. */
export interface CallOptions {
  /** The queue whose workers take the child; default its workflow's. */
  readonly queue?: string;
}

/**
 * What a workflow's function works with. Its promises are the only ones the function may wait for: all else belongs into
 * steps, whose results are recorded and handed over again, in the order in which they came, when the run is resumed.
 *
 * A label names a step in the journal; a second step of one label is `label#2`, and so on in the order they are asked for.
 * A step that failed for good rejects with `StepFailedError`, live and replayed; whoever catches it has seen it for good.
 * A promise of a run that is given back, cancelled or lost never settles, so no `catch` or `finally` sees it.
 */
export interface WorkflowContext {
  readonly runId: string;

  /** Runs a function as a step, or a handler; gives the result as it was stored: JSON, a value of the caller's own. */
  step<Result>(label: string, run: StepFunction<Result>, options?: StepOptions<Result>): Promise<Result>;
  step<Result = unknown>(label: string, call: StepCall<Result>): Promise<Result>;

  /** Waits without a process; an instant (a Date, on the store's clock) that has passed is no wait. */
  sleep(label: string, until: Duration | Date): Promise<void>;

  /**
   * Takes the oldest signal of a name that no wait has taken, or waits for one; gives its payload.
   *
   * With a `timeout` that runs out it rejects with `StepFailedError`, whose `error.code` is `WAIT_TIMEOUT`.
   */
  waitForSignal<Payload = unknown>(name: string, options?: { readonly timeout?: Duration }): Promise<Payload>;

  /**
   * Runs a function in the very transaction that records the step: its writes and the step are kept together, or neither.
   *
   * `tx` is the store's own Drizzle database inside that transaction: on SQLite the function must be synchronous, on
   * PostgreSQL annotate it (`tx: PostgresDatabase`). It may be called again when a commit has to be repeated, so its effects
   * belong into `tx` alone.
   */
  transaction<Result, Tx = SyncDatabase>(
    label: string,
    run: (tx: Tx) => Result,
    options?: { readonly retry?: RetryDefinition },
  ): Promise<Awaited<Result>>;

  /** Whether this run goes the new way at a change of the code; decided once a run, by whether it had come this far before the change. */
  patched(id: string): boolean;

  /** The time in ms since the epoch, recorded. */
  now(): number;
  /** A number from 0 to 1, recorded. */
  random(): number;
  /** A random UUID, recorded. */
  uuid(): string;
}
