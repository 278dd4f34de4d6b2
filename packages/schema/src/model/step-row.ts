import type { Delivery, StepStatus } from './statuses.js';

/**
 * One row of `workflow_steps`: a step of a run, keyed by its path (`classify`, `classify[3]`, `poll#2`, `outer[1]/inner`).
 *
 * JSON columns and instants are as in `RunRow`.
 */
export interface StepRow {
  readonly runId: string;
  readonly stepKey: string;
  /** The id in the definition: `classify` for `classify[3]`. */
  readonly stepId: string;
  readonly type: string;
  readonly status: StepStatus;
  readonly result: string | null;
  readonly resultRef: string | null;
  readonly error: string | null;
  /** Tries of this step over all resumptions; waking and waiting are no tries. */
  readonly attempts: number;
  /** What `attempts` was when the run was last resumed: the policy counts from here. */
  readonly attemptsBase: number;
  readonly delivery: Delivery | null;
  /** SHA-256 of the resolved input of the last attempt. */
  readonly inputHash: string | null;
  /** How many items a `foreach` has; its output is assembled from theirs, never stored. */
  readonly itemCount: number | null;
  /** When the next attempt or the timer is due. */
  readonly wakeAt: number | null;
  readonly childRunId: string | null;
  /** What the last attempt that was settled reported: JSON of a `Spend`. */
  readonly usage: string | null;
  /** What the attempt in hand may use of the budget: JSON of a `Spend`; null when none is kept for it. */
  readonly reserved: string | null;
  /** How many outcomes of this step in a row, the last included, were the same for the same input; null: the last was another. */
  readonly streak: number | null;
  /** The `seq` of the event that settled the step: replay hands outcomes over in this order. */
  readonly settledSeq: number | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly updatedAt: number;
}
