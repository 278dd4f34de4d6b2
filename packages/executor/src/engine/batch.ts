import type { StoredError } from '@sisyphus-state/schema';
import type { Change, NewRun, WorkflowEnding } from '@sisyphus-state/store';
import type { Revival } from './child-runs.js';
import type { EntryBefore } from './journal.js';
import type { Unit } from './unit.js';

/** A unit to attempt once its `step_started` is committed. */
export interface Launch {
  readonly unit: Unit;
  readonly attempt: number;
  readonly input: unknown;
  /** How its step stood before, where the store may refuse that it begins: it has the last word on shared budgets. */
  readonly before: EntryBefore | null;
}

/** A unit to go on with at an instant of the store's clock, or so long after the commit of its batch: one of the two is null. */
export interface Wait {
  readonly unit: Unit;
  readonly wakeAt: number | null;
  readonly delayMs: number | null;
  /** What a run that waits for it is listed with: `retry:fetch`, `signal:approved`. */
  readonly reason: string;
}

/** All that follows from what happened in one turn: one commit, then launches and waits. */
export interface Batch {
  readonly changes: Change[];
  readonly launches: Launch[];
  readonly waits: Wait[];
  /** Units to carry out, each inside the transaction that records it. */
  readonly transactions: Unit[];
  /** Keys of units whose wait is over before its timer. */
  readonly ended: string[];
  /** Runs to create in this commit: steps wait for them from now on. */
  readonly children: NewRun[];
  /** Runs that have to go on before this commit says that steps wait for them. */
  readonly revivals: Revival[];
  /** The runs that steps wait for from this commit on, whoever created them. */
  readonly awaited: string[];
}

/** What a run failed with; without a step when it was its output. */
export interface Failure {
  readonly stepKey: string | null;
  readonly error: StoredError;
}

/** What a run is about to end as, while what it did is undone. */
export type Verdict = Omit<WorkflowEnding, 'type'>;

/** Why no further step may start. */
export type Ending =
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'cancelled'; readonly reason: string | null }
  /** `mailId`: the request to pause, which is taken with it; `details`: why the engine pauses the run itself. */
  | {
      readonly kind: 'paused';
      readonly reason: string | null;
      readonly mailId: string | null;
      readonly details?: Readonly<Record<string, unknown>> | null;
    }
  | { readonly kind: 'released' };

/** A batch of nothing, to be filled. */
export function emptyBatch(): Batch {
  return {
    changes: [],
    launches: [],
    waits: [],
    transactions: [],
    ended: [],
    children: [],
    revivals: [],
    awaited: [],
  };
}
