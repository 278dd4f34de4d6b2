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
