import type { NewRun } from '@sisyphus-state/store';
import type { ChildCall } from './read-call.js';

/** A run that a step waits for again, because its own run was resumed. */
export interface Revival {
  readonly runId: string;
  /** The newest `seq` of its log when it was looked at: what was told of its ends up to there is done with. */
  readonly seq: number;
  /** It had ended by then, so it has to go on; one that had not ends once more by itself. */
  readonly hasEnded: boolean;
}

/** A run that its parent does not wait for any more. */
export interface GivenUp {
  readonly runId: string;
  readonly reason: string | null;
}

/** Makes and minds the runs that one run's steps wait for. */
export interface ChildRuns {
  /** The steps that wait for a run which there was before the resume, by key; it is revived before they are said to wait. */
  readonly revivals: ReadonlyMap<string, Revival>;
  /** The run that a step is to wait for, not created yet. Throws what its workflow or its input is refused for. */
  prepare(stepKey: string, call: ChildCall): NewRun;
  /** Has a run go on, unless it has moved since it was looked at. */
  revive(revival: Revival): Promise<void>;
  /** Steps wait for these runs from now on, which is recorded: somebody should take them. */
  awaited(runIds: readonly string[]): void;
  /** Steps gave these runs up, which is recorded: they were asked to cancel. */
  givenUp(runs: readonly GivenUp[]): void;
}
