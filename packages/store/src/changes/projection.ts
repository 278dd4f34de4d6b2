import type { RunProjection, StepProjection } from '@sisyphus-state/schema';

/** What the store adds to a change when it becomes an event. */
export interface Stamp {
  readonly runId: string;
  readonly seq: number;
  readonly at: number;
  readonly fence: number;
  readonly worker: string | null;
}

/** What a change does to one step's row: set these columns, and on a new row these as well. */
export interface StepPatch {
  readonly stepKey: string;
  readonly set: Partial<StepProjection>;
  /** Given when the step may have no row yet: the columns only a new row gets. */
  readonly onInsert: Partial<StepProjection> | null;
}

/** What a change does to the rows. */
export interface Projection {
  readonly run: Partial<RunProjection> | null;
  readonly steps: readonly StepPatch[];
  /** The pieces of the mailbox that are taken by it. */
  readonly mail: readonly string[];
}
