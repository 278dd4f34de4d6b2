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
  /** Most bytes of JSON in one handler's result or one input. Default 1 MiB. */
  readonly maxPayloadBytes?: number;
  /** Told of commits, log lines and progress as they happen; what it throws ends the process like any uncaught error. */
  readonly observe?: LiveObserver;
  /** Random numbers from 0 to 1 for the jitter of retries; default `Math.random`. */
  readonly random?: () => number;
  /** What this executor is called as a holder of runs; default a new name with host and pid. Must be unique. */
  readonly worker?: string;
}

/** How one run is created. */
export interface StartOptions {
  /** The run's id; default a new UUIDv7. */
  readonly runId?: string;
  /** The same key gives the same run, however often it is asked for. */
  readonly idempotencyKey?: string;
  readonly namespace?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly queue?: string;
  /** Higher first; default 0. */
  readonly priority?: number;
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
}
