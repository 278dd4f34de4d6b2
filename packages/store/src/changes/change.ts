import type { Delivery, FoldState, StoredError } from '@sisyphus-state/schema';
import type { JsonText } from '../codec/encode-value.js';
import type { Spilled } from '../codec/spill.js';

/** Tokens, and cost in integer micro-units. */
export interface Usage {
  readonly tokens?: number;
  readonly cost?: number;
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
  readonly budget: Readonly<Record<string, number>> | null;
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

/** Somebody asked for an ended or paused run to go on. */
export interface WorkflowResumed {
  readonly type: 'workflow_resumed';
  readonly rearmed: readonly RearmedStep[];
  /** The definition the run follows from here on, when it is another one. */
  readonly definitionHash: string | null;
}

/** The run's last step is done; nothing follows. */
export interface WorkflowCompleted<V> {
  readonly type: 'workflow_completed';
  readonly output: V;
  readonly context: V;
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

/** An outsider sent a signal; it lies in the mailbox until a wait takes it. */
export interface SignalReceived<V> {
  readonly type: 'signal_received';
  readonly name: string;
  readonly payload: V;
}

/** An attempt began: committed before the handler is entered. */
export interface StepStarted {
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
}

/** The step's result is recorded: it is never executed again. */
export interface StepCompleted<V> {
  readonly type: 'step_completed';
  readonly stepKey: string;
  readonly attempt: number;
  readonly result: V;
  readonly usage: Usage | null;
}

/** An attempt failed and the policy allows no other. */
export interface StepFailed {
  readonly type: 'step_failed';
  readonly stepKey: string;
  readonly attempt: number;
  readonly error: StoredError;
  readonly usage: Usage | null;
}

/** An attempt failed and the policy allows another, `delayMs` after this event. */
export interface StepRetryScheduled {
  readonly type: 'step_retry_scheduled';
  readonly stepKey: string;
  readonly attempt: number;
  readonly error: StoredError;
  readonly delayMs: number;
  readonly usage: Usage | null;
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
export interface StepCancelled {
  readonly type: 'step_cancelled';
  readonly stepKey: string;
  readonly attempt: number;
  readonly reason: string;
}

/** The run came from a file of the draft; everything before this line is history, the fold starts here. */
export interface RunAdopted {
  readonly type: 'run_adopted';
  readonly snapshot: FoldState;
}

/** Every change, with values held as `V`. */
export type ChangeOf<V> =
  | WorkflowStarted<V>
  | RunClaimed
  | RunReleased
  | WorkflowResumed
  | WorkflowCompleted<V>
  | WorkflowFailed
  | WorkflowCancelled
  | CancelRequested
  | SignalReceived<V>
  | StepStarted
  | StepCompleted<V>
  | StepFailed
  | StepRetryScheduled
  | StepSkipped
  | StepCancelled
  | RunAdopted;

/** Whatever happens to a run: the audit event and the cause of every column's value. Values are encoded JSON text. */
export type Change = ChangeOf<JsonText | null>;
/** A change as it is kept: values over 8 KiB are references. */
export type StoredChange = ChangeOf<Spilled>;
export type ChangeType = Change['type'];
