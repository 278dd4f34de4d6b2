import type { LiveEvent } from '@sisyphus-state/executor';
import type { RunOutcome } from './run-outcome.js';

/** A run as it is announced. */
export interface AnnouncedRun {
  readonly runId: string;
  readonly name: string;
  /** False when it existed before: resumed, or known by its idempotency key. */
  readonly created: boolean;
}

/** Tells of a run while it goes on: to a terminal, to a pipe, or as JSON. */
export interface Reporter {
  /** Before anything else is told of the run. */
  begin(run: AnnouncedRun): void;
  tell(event: LiveEvent): void;
  /** A remark for a person, such as that the process is stopping. */
  remark(text: string): void;
  end(outcome: RunOutcome): void;
  /** Instead of `end`: an error ends the telling, and is reported elsewhere. */
  abort(): void;
}
