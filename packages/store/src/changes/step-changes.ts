import type { Delivery, RunUsage, Spend, StoredError } from '@sisyphus-state/schema';

/** What an attempt used: tokens, and cost in integer micro-units. */
export type Usage = Partial<Spend>;

/**
 * What beginning or settling an attempt does to the run's usage. Both are left out (null) where nothing is counted: the run
 * has no budget, and the step neither reserves nor reports anything.
 */
export interface Metered {
  /** What the run has used from here on. */
  readonly runUsage?: RunUsage | null;
}

/** How a change says that it repeats what was there before. */
export interface Streaked {
  /** How many outcomes of this step in a row, this one included, were the same for the same input; null: the one before was another. */
  readonly streak?: number | null;
}

/** An attempt began: committed before the handler is entered. */
export interface StepStarted extends Metered {
  readonly type: 'step_started';
  readonly stepKey: string;
  readonly attempt: number;
  readonly stepId: string;
  readonly stepType: string;
  readonly delivery: Delivery | null;
  readonly inputHash: string | null;
  readonly itemCount: number | null;
  /** Given when the attempt before was cut off: raises what the policy counts from, so that it is not held against the step. */
  readonly attemptsBase: number | null;
  /** What the attempt may use of the budget. */
  readonly reserved?: Spend | null;
}

/** The step waits, without an attempt and without a process; its end is read from the two as `workflow_suspended` says. */
export interface StepWaiting {
  readonly type: 'step_waiting';
  readonly stepKey: string;
  readonly stepId: string;
  readonly stepType: string;
  readonly wakeAt: number | null;
  readonly delayMs: number | null;
  /** What an approval asks, for the people who look at the log. */
  readonly message: string | null;
  /** The run whose end it waits for: created in this very commit, or brought back to life by the resume of this one. */
  readonly childRunId: string | null;
  /** Only of a step that waits for a run: which one it is, counted from 1; each is an attempt of the step. */
  readonly attempts: number | null;
}

/** The step gave up the run that it waited for: that one is asked to cancel in this very commit. */
export interface ChildCancelRequested {
  readonly type: 'child_cancel_requested';
  readonly stepKey: string;
  readonly childRunId: string;
  readonly reason: string | null;
}

/** The step's result is recorded: it is never executed again. */
export interface StepCompleted<V> extends Metered, Streaked {
  readonly type: 'step_completed';
  readonly stepKey: string;
  readonly attempt: number;
  readonly result: V;
  readonly usage: Usage | null;
}

/** An attempt failed and the policy allows no other. */
export interface StepFailed extends Metered, Streaked {
  readonly type: 'step_failed';
  readonly stepKey: string;
  readonly attempt: number;
  readonly error: StoredError;
  readonly usage: Usage | null;
}

/** An attempt failed and the policy allows another, `delayMs` after this event. */
export interface StepRetryScheduled extends Metered, Streaked {
  readonly type: 'step_retry_scheduled';
  readonly stepKey: string;
  readonly attempt: number;
  readonly error: StoredError;
  readonly delayMs: number;
  readonly usage: Usage | null;
}

/** The attempt of a step that must not run twice was cut off: nobody knows whether its effect happened, and somebody has to say. */
export interface StepInDoubt extends Metered {
  readonly type: 'step_in_doubt';
  readonly stepKey: string;
  readonly attempt: number;
}

/** Somebody said that a step in doubt may be tried again; its policy counts attempts from `attempts` on. */
export interface StepRearmed {
  readonly type: 'step_rearmed';
  readonly stepKey: string;
  readonly attempts: number;
}

/** The step will not run: its `if` was false, or a step it needs was skipped. */
export interface StepSkipped {
  readonly type: 'step_skipped';
  readonly stepKey: string;
  readonly stepId: string;
  readonly stepType: string;
  readonly reason: string;
}

/** A running attempt was ended from outside: the run was cancelled, or a sibling failed. */
export interface StepCancelled extends Metered {
  readonly type: 'step_cancelled';
  readonly stepKey: string;
  readonly attempt: number;
  readonly reason: string;
  /** What it had reported before it ended. */
  readonly usage?: Usage | null;
}
