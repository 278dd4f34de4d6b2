import type { BreakerDefinition, BudgetDefinition } from './definition/definition.js';
import type { Duration } from './definition/parse-duration.js';
import type { LiveObserver } from './engine/live-event.js';
import type { Workflow } from './workflow.js';

/** How an executor behaves. */
export interface ExecutorOptions {
  /** Workflows that may be run and resumed by name. */
  readonly workflows?: readonly Workflow[];
  /** How long a run stays this executor's without a sign of life; renewed at a third of it. Default 30,000 ms. */
  readonly leaseMs?: number;
  /** How long an aborted handler may take to end before it is abandoned. Default 5,000 ms. */
  readonly abortGraceMs?: number;
  /** A run that can only wait for longer than this is given back to the store until it is due. Default 1,000 ms. */
  readonly parkAfterMs?: number;
  /** Most bytes of JSON in one handler's result or one input. Default 1 MiB. */
  readonly maxPayloadBytes?: number;
  /** Told of commits, log lines and progress as they happen; what it throws ends the process like any uncaught error. */
  readonly observe?: LiveObserver;
  /**
   * Pauses a run that makes no progress; of a workflow that says nothing of it itself. Default: ten times the same error, never
   * for outputs, and never before a step's own `retry` was used up twice. `false` is never.
   */
  readonly breaker?: BreakerDefinition;
  /** Random numbers from 0 to 1 for the jitter of retries; default `Math.random`. */
  readonly random?: () => number;
  /** What this executor is called as a holder of runs; default a new name with host and pid. Must be unique. */
  readonly worker?: string;
}

/** What a new run is given. */
export interface NewRunOptions {
  /** The run's id; default a new UUIDv7. */
  readonly runId?: string;
  /** The same key gives the same run, however often it is asked for. */
  readonly idempotencyKey?: string;
  readonly namespace?: string;
  /** Default the definition's. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Default the definition's, else `default`. */
  readonly queue?: string;
  /** Higher first; default the definition's, else 0. */
  readonly priority?: number;
  /** What the run is for (a tenant, a repository): workers may limit how many runs of a queue with the same key go on at once. */
  readonly concurrencyKey?: string;
  /** What the run and its child runs may use up in all; what is given here takes the place of the same in the definition. */
  readonly budget?: BudgetDefinition;
  /** How long after its creation the run is ended as failed (`"3d"`, milliseconds); default the definition's, else never. */
  readonly deadline?: Duration;
}

/** How a run is created and driven by this executor. */
export interface ExecuteOptions extends NewRunOptions {
  /** `idle`: return also when only an outsider, or a timer of more than a minute, can move the run. Default `end`. */
  readonly until?: 'end' | 'idle';
}

/** How a run is created that workers of its queue take. */
export interface EnqueueOptions extends NewRunOptions {
  /** The run is due this long after it was created (`"10m"`, milliseconds), or at this instant. */
  readonly startAfter?: Duration | Date;
  /** The caller's own Drizzle transaction: the run exists when that commits, and never if it is rolled back. */
  readonly tx?: unknown;
}

/** How a run is started. */
export interface StartOptions extends EnqueueOptions {
  /** Leave the run to the workers of its queue, wherever they are; default true with `tx` or `startAfter`, else false. */
  readonly detach?: boolean;
}

/** How a run is forked. What is left out of a run's own options is as the source has it. */
export interface ForkOptions extends NewRunOptions {
  /** The step from which on the fork does everything anew: its id in a data definition, else its key. */
  readonly from: string;
  /** Leave the fork to the workers of its queue, wherever they are; default false. */
  readonly detach?: boolean;
}

/** How a run is resumed. */
export interface ResumeOptions {
  /** Take the run from a holder that is not known to be gone. */
  readonly takeover?: boolean;
  /**
   * What to do when the definition handed in is not the one the run began with: `fail` (default) with
   * `DefinitionDriftError`, go on with the `pinned` one, or `upgrade` to the new one where the journal still fits it.
   */
  readonly onDrift?: 'fail' | 'pinned' | 'upgrade';
  /** Another budget from now on: what is given takes the place of the same in the run's own, and what was used stays used. */
  readonly budget?: BudgetDefinition;
  /** Another deadline, so long from now; a run whose deadline is over needs one to go on. */
  readonly deadline?: Duration;
  /** As for `execute`. */
  readonly until?: 'end' | 'idle';
}
