import type { Budget, Delivery, FoldState, RunUsage, Spend, StoredError } from '@sisyphus-state/schema';
import type { JsonText } from '../codec/encode-value.js';
import type { Spilled } from '../codec/spill.js';
import type { ChildCancelRequested, StepWaiting } from './step-waiting.js';

export type { ChildCancelRequested, StepWaiting };

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

/** A failed, cancelled or cut-off step that a resume arms again; its policy counts attempts from `attempts` on. */
export interface RearmedStep {
  readonly stepKey: string;
  readonly attempts: number;
}

/** The run exists from here on. First event of every run that was not adopted or forked. */
export interface WorkflowStarted<V> {
  readonly type: 'workflow_started';
  readonly namespace: string;
  readonly name: string;
  readonly version: number | null;
  readonly definitionHash: string | null;
  readonly input: V;
  readonly tags: Readonly<Record<string, string>> | null;
  readonly budget: Budget | null;
  readonly queue: string;
  readonly priority: number;
  readonly concurrencyKey: string | null;
  readonly idempotencyKey: string | null;
  readonly parentRunId: string | null;
  readonly parentStepKey: string | null;
  readonly rootRunId: string;
  readonly wakeAt: number | null;
  readonly deadlineAt: number | null;
}

/** A worker holds the run from here on, under a new fence. */
export interface RunClaimed {
  readonly type: 'run_claimed';
  /** The worker that held it before without giving it back: dead, expired or overridden. */
  readonly takenFrom: string | null;
  readonly first: boolean;
}

/** The holder gave the run back unfinished; anybody may claim it at once. */
export interface RunReleased {
  readonly type: 'run_released';
}

/**
 * Nothing can be done before an instant, or before an outsider acts: the holder gives the run back, and a row is all that is left of it.
 *
 * It is due at `wakeAt`, or `delayMs` after this event, whichever comes first; both null: only an outsider can move it.
 */
export interface WorkflowSuspended {
  readonly type: 'workflow_suspended';
  readonly wakeAt: number | null;
  readonly delayMs: number | null;
  /** What it waits for, fit for a list: `timer`, `retry:fetch`. */
  readonly reason: string;
}

/** An outsider gave a parked run something to do: it is due at once. */
export interface WorkflowWoken {
  readonly type: 'workflow_woken';
}

/** The run stands still until somebody resumes it. */
export interface WorkflowPaused {
  readonly type: 'workflow_paused';
  readonly reason: string | null;
  /** What the engine found when it paused the run itself: the budget that is spent, the step that makes no progress. */
  readonly details?: Readonly<Record<string, unknown>> | null;
}

/** Somebody asked for a run to go on: one that had ended or was paused, or one that gets another definition, budget or deadline. */
export interface WorkflowResumed {
  readonly type: 'workflow_resumed';
  readonly rearmed: readonly RearmedStep[];
  /** The definition the run follows from here on, when it is another one. */
  readonly definitionHash: string | null;
  /** The budget the run has from here on, when it is another one. */
  readonly budget?: Budget | null;
  /** The run's deadline is so long after this event from here on; null: it stays as it is. */
  readonly deadlineMs?: number | null;
}

/** The run's last step is done; nothing follows. */
export interface WorkflowCompleted<V> {
  readonly type: 'workflow_completed';
  readonly output: V;
  readonly context: V;
}

/**
 * The run will end so: nothing of it starts any more but what undoes its completed steps, and then comes the end itself.
 *
 * From here on it can't be resumed as if nothing had happened.
 */
export interface WorkflowEnding {
  readonly type: 'workflow_ending';
  readonly as: 'failed' | 'cancelled';
  /** `failed` only, as the end will have it; so is `stepKey`. */
  readonly error: StoredError | null;
  readonly stepKey: string | null;
  /** `cancelled` only. */
  readonly reason: string | null;
}

/** The run ended in an error; a resume goes on from here. */
export interface WorkflowFailed {
  readonly type: 'workflow_failed';
  readonly error: StoredError;
  readonly stepKey: string | null;
}

/** The run was ended from outside; a resume goes on from here. */
export interface WorkflowCancelled {
  readonly type: 'workflow_cancelled';
  readonly reason: string | null;
}

/** An outsider asked the holder to cancel; the holder acts and writes `workflow_cancelled`. */
export interface CancelRequested {
  readonly type: 'cancel_requested';
  readonly reason: string | null;
}

/** An outsider asked the holder to pause; the holder lets the attempts in hand end and writes `workflow_paused`. */
export interface PauseRequested {
  readonly type: 'pause_requested';
  readonly reason: string | null;
}

/** The holder took a piece of the mailbox; what it did with it stands in the same commit. */
export interface MailTaken {
  readonly type: 'mail_taken';
  /** Null for what was meant for the run itself. */
  readonly stepKey: string | null;
  readonly mailId: string;
}

/** An outsider sent a signal; it lies in the mailbox until a wait takes it. */
export interface SignalReceived<V> {
  readonly type: 'signal_received';
  readonly name: string;
  readonly payload: V;
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

/** The run came from a file of the draft; everything before this line is history, the fold starts here. */
export interface RunAdopted {
  readonly type: 'run_adopted';
  readonly snapshot: FoldState;
}

/**
 * The run begins with another's checkpoints: the fold starts from them. First event of a run that was forked.
 *
 * `snapshot` is a `FoldState`: the run as it is from here on, and the steps it has of its source. Those settled before its
 * own log began, so their `settledSeq` is 0 or less, in the order they had.
 */
export interface RunForked<V> {
  readonly type: 'run_forked';
  readonly sourceRunId: string;
  /** The last event of the source that the snapshot knows of. */
  readonly sourceSeq: number;
  /** The step of the source from which on the fork goes its own way. */
  readonly from: string;
  readonly snapshot: V;
}

/** Every change, with values held as `V`. */
export type ChangeOf<V> =
  | WorkflowStarted<V>
  | RunClaimed
  | RunReleased
  | WorkflowSuspended
  | WorkflowWoken
  | WorkflowPaused
  | WorkflowResumed
  | WorkflowCompleted<V>
  | WorkflowEnding
  | WorkflowFailed
  | WorkflowCancelled
  | CancelRequested
  | PauseRequested
  | SignalReceived<V>
  | MailTaken
  | StepStarted
  | StepWaiting
  | ChildCancelRequested
  | StepCompleted<V>
  | StepFailed
  | StepRetryScheduled
  | StepInDoubt
  | StepRearmed
  | StepSkipped
  | StepCancelled
  | RunAdopted
  | RunForked<V>;

/** Whatever happens to a run: the audit event and the cause of every column's value. Values are encoded JSON text. */
export type Change = ChangeOf<JsonText | null>;
/** A change as it is kept: values over 8 KiB are references. */
export type StoredChange = ChangeOf<Spilled>;
export type ChangeType = Change['type'];
