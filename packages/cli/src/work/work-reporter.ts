import type { QueueRequest } from '@sisyphus-state/store';
import type { Board, BoardListener, Tally } from './board.js';
import type { Unhandled } from './unhandled.js';

/** A worker as it is announced. */
export interface WorkFacts {
  readonly worker: string;
  /** The database. */
  readonly location: string;
  readonly namespace: string | undefined;
  readonly queues: readonly QueueRequest[];
  readonly concurrency: number;
  /** The types of steps that it has handlers for. */
  readonly types: readonly string[];
  /** The workflows as code that it knows, as `order@1`. */
  readonly workflows: readonly string[];
}

/** How a worker ended. */
export interface WorkSummary {
  /** Null: nothing was due any more. */
  readonly stoppedBy: NodeJS.Signals | null;
  /** How many times a run was taken. */
  readonly taken: number;
  readonly tally: Tally;
  readonly durationMs: number;
  /** When the next timer or delayed start is due; null: none is known, or nobody asked. */
  readonly nextDueAt: number | null;
  /** Due runs that were left because a handler, or their code, is not here. */
  readonly unhandled: number;
}

/** Tells of a worker: to a terminal, to a pipe, or as JSON. */
export interface WorkReporter extends BoardListener {
  /** Before anything else. */
  begin(facts: WorkFacts, board: Board): void;
  /** Runs are due that this worker can't run. */
  warn(unhandled: Unhandled): void;
  /** An error that the worker outlives. */
  trouble(error: Error): void;
  /** A remark for a person, such as that the worker is stopping. */
  remark(text: string): void;
  end(summary: WorkSummary): void;
  /** Instead of `end`: an error ends the telling, and is reported elsewhere. */
  abort(): void;
}
