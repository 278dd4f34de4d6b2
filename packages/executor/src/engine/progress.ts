import type { HandlerRegistry } from '@sisyphus-state/handlers';
import type { MailboxRow } from '@sisyphus-state/schema';
import type { JsonText, WorkflowCompleted } from '@sisyphus-state/store';
import type { AttemptOutcome } from './attempt.js';
import type { Batch, Ending, Failure, Verdict } from './batch.js';
import type { DrivenRun } from './driver-types.js';
import type { Unit } from './unit.js';

/** What a run ends with when nothing of it is left to do: its result, or why it has none. */
export type Completion = WorkflowCompleted<JsonText | null> | Failure;

/**
 * A run's progress through its workflow, in memory: says for everything that happens what to commit and what to start.
 *
 * It does nothing itself: no I/O, no timers, no handlers. A resumed run goes the same way as a live one, except that
 * recorded outcomes take the place of attempts. A workflow as data and one as code are two of these.
 */
export interface Progress {
  /** Set when no further step may start. */
  ending: Ending | null;
  /** What the run will end as; then what is left to do is to undo what it did. */
  readonly verdict: Verdict | null;
  /** Nothing is left to do: the run can end. */
  readonly isDone: boolean;
  /** Something is to be taken in that came by itself, and not by one of the calls below. */
  readonly hasMore: boolean;
  /** What makes it impossible to go on, other than an error of the workflow: the run was paused for it, and nothing is lost. */
  readonly fault: Error | null;

  /** Starts all that can start now. */
  advance(batch: Batch): void;
  /** Goes on with a unit whose wait is over. */
  wake(unit: Unit, batch: Batch): void;
  /** Takes in the run's mail: what outsiders said to the steps that wait for them. */
  deliver(mail: readonly MailboxRow[], batch: Batch): void;
  /** Takes an attempt's outcome in: records it, and starts what became ready by it. */
  settle(unit: Unit, outcome: AttemptOutcome, batch: Batch): void;
  /** Adds to the batch what follows from all that was taken in, then calls `then`: at once, or in this turn of the event loop. */
  follow(batch: Batch, then: () => void): void;
  /** Whether the run may be given back to wait without a process; if not yet, `changed` is called when it may. */
  mayPark(): boolean;
  /** Gives up what is open, and begins to undo what completed, if there is anything to undo. */
  giveUp(verdict: Verdict, batch: Batch): void;
  /** What the run ends with, after what the batch is given; call it only when all is done. */
  completion(batch: Batch): Completion;
  /** What the unit's handler sees as its context, frozen. */
  contextOf(unit: Unit): Readonly<Record<string, unknown>>;
  /** The run is not driven here any more: nothing is taken in, or goes on, from now on. */
  revoke(): void;
}

/** What a run's progress needs of whoever drives it. */
export interface ProgressPorts {
  readonly registry: HandlerRegistry;
  readonly random: () => number;
  /** The store's clock when the run was taken. */
  readonly now: number;
  /** The store's clock, as far as it is known. */
  readonly clock: () => number;
  /** Most bytes of JSON in one result. */
  readonly maxPayloadBytes: number;
  /** Called when `hasMore` or `mayPark` became true by itself. */
  readonly changed: () => void;
}

/** Makes the progress of a run through one workflow. */
export type MakeProgress = (run: DrivenRun, ports: ProgressPorts) => Progress;
