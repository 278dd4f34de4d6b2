import type { RunRow } from '@sisyphus-state/schema';
import type { Pot, RunState, WorkflowPaused } from '@sisyphus-state/store';
import type { NextCommands } from '../live/summarize.js';
import type { Origin } from './read-origin.js';

/** A run to show to a person. */
export interface ShownRun {
  readonly row: RunRow;
  readonly state: RunState;
  /** Null for a run that is no fork. */
  readonly origin: Origin | null;
  /** What the run and its descendants have taken of its budget; null: it has none. */
  readonly pot: Pot | null;
  /** Why the engine paused it; null where it did not. */
  readonly paused: WorkflowPaused['details'];
  readonly pending: readonly PendingStep[];
  /** Each item of a `foreach`, also those that went well. */
  readonly all: boolean;
  /** The commands that go on with it. */
  readonly commands: NextCommands;
}

/** A step that has not begun: it has no row, only its definition knows of it. */
export interface PendingStep {
  readonly id: string;
  readonly type: string;
}
