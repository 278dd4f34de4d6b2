import type { Budget, EventRow, MailboxRow, RunRow, RunStatus, StepRow } from '@sisyphus-state/schema';
import type { Change } from './changes/change.js';
import type { JsonText } from './codec/encode-value.js';

/** What a database can do, for callers and for the conformance kit, which prints it. */
export interface StoreCapabilities {
  readonly dialect: 'sqlite' | 'postgres';
  /** What is committed survives the end of the process. */
  readonly durable: boolean;
  /** Several processes may open it at once. */
  readonly multiProcess: boolean;
  /** Who renews leases: a thread with a connection of its own, which a busy handler can't starve, or the process that holds them. */
  readonly leaseRenewal: 'thread' | 'process';
  /** `recordWith` runs its callback synchronously, inside the transaction. */
  readonly syncTransactions: boolean;
}

/** A worker's timed right to a run: every write shows it. */
export interface Lease {
  readonly runId: string;
  readonly worker: string;
  readonly fence: number;
  /** The run's revision when the lease was taken. */
  readonly revision: number;
  readonly expiresAt: number;
  /** The runs whose budgets its attempts draw on: its own and its ancestors'; left out where there are none. */
  readonly pots?: readonly string[];
}

/** Who wants to hold a run, and for how long without renewal. */
export interface LeaseRequest {
  /** Unique per executor, not per process: two executors in one process are two workers. */
  readonly worker: string;
  readonly leaseMs: number;
}

/** A data definition to keep; the same hash is kept once. */
export interface NewDefinition {
  readonly hash: string;
  readonly name: string;
  readonly version: number | null;
  /** Canonical JSON of the whole definition. */
  readonly body: JsonText;
}

/** A run to create. */
export interface NewRun {
  /** A new UUIDv7: ids in order of creation keep the inserts at the right edge of every index. */
  readonly id: string;
  readonly name: string;
  readonly version?: number | null;
  readonly definition?: NewDefinition | null;
  readonly input: JsonText | null;
  readonly namespace?: string;
  readonly tags?: Readonly<Record<string, string>> | null;
  readonly budget?: Budget | null;
  readonly queue?: string;
  readonly priority?: number;
  readonly concurrencyKey?: string | null;
  readonly idempotencyKey?: string | null;
  readonly parent?: { readonly runId: string; readonly stepKey: string; readonly rootRunId: string } | null;
  /** Delayed start: not due before this instant. */
  readonly wakeAt?: number | null;
  readonly deadlineAt?: number | null;
  /** The deadline is so long after the creation; in place of `deadlineAt`, for which a caller would have to know the store's clock. */
  readonly deadlineMs?: number | null;
  /** Take the run at once, in the commit that creates it; then `changes` may follow in the same commit. */
  readonly lease?: LeaseRequest | null;
  readonly changes?: readonly Change[];
  /** Runs that `changes` wait for: they are created with this one, or not at all where it is known already. */
  readonly children?: readonly NewRun[];
}

/** A run that was created, or the one that already had its idempotency key. */
export interface CreatedRun {
  readonly runId: string;
  readonly created: boolean;
  readonly lease: Lease | null;
  readonly at: number;
}

/** A run as a fork of it sees it, read in the fork's own transaction; large values are filled in. */
export interface ForkSource {
  readonly run: RunRow;
  readonly steps: readonly StepRow[];
  /** The `seq` of each step's first event; a step that the run has from a source of its own may have none. */
  readonly began: ReadonlyMap<string, number>;
}

/** The steps that a fork has of its source, by key. */
export interface CarriedSteps {
  /** As they are: completed, skipped, or failed for good. */
  readonly settled: readonly string[];
  /** Of these nobody knows whether their effect happened: the fork asks, as the source does. */
  readonly inDoubt?: readonly string[];
}

/** A run to create from another's checkpoints. What is left out is as the source has it; an idempotency key it has none. */
export interface ForkRequest {
  readonly sourceRunId: string;
  /** A new UUIDv7. */
  readonly id: string;
  /** The step from which on the fork goes its own way; for the log. */
  readonly from: string;
  readonly namespace?: string;
  readonly idempotencyKey?: string | null;
  readonly tags?: Readonly<Record<string, string>>;
  readonly queue?: string;
  readonly priority?: number;
  readonly concurrencyKey?: string | null;
  /** Chooses what to carry over; null: nothing is created. Pure, and may be called again; what it throws undoes the fork. */
  readonly choose: (source: ForkSource) => CarriedSteps | null;
}

/** What a claim may take. */
export interface ClaimRequest extends LeaseRequest {
  readonly runIds: readonly string[];
  /** `continue`: what is due or was left by a dead or expired holder. `resume`: also failed, cancelled and paused runs. */
  readonly mode: 'continue' | 'resume';
  /** Take the run from a holder that is not known to be gone. */
  readonly takeover?: boolean;
  /** `resume` only: the definition the run follows from now on; it is stored with the claim. */
  readonly definition?: NewDefinition | null;
  /** Take the run only as it stood at this revision: for a claim whose definition was chosen by what the run had done. */
  readonly atRevision?: number;
  /** `resume` only: ids of steps whose failures are on record for good, so that they are not armed again. */
  readonly keepFailed?: readonly string[];
  /** `resume` only: the budget the run has from now on, whole. */
  readonly budget?: Budget | null;
  /** `resume` only: the run's deadline is so long from now. */
  readonly deadlineMs?: number | null;
}

/** A queue that a worker takes runs from. */
export interface QueueRequest {
  readonly name: string;
  /** How many of the queue's runs all workers together may hold at once; default no limit. */
  readonly concurrency?: number | null;
  /** The same for its runs that share a `concurrencyKey`; a run without a key has no such limit. */
  readonly perKey?: number | null;
}

/** Which due runs are wanted. */
export interface DueRequest {
  readonly namespace?: string;
  /** All queues count alike: of their due runs the highest `priority` comes first, of one priority what is due for longest. */
  readonly queues: readonly QueueRequest[];
  readonly limit: number;
  /** Workflows to pass over, by `DueRun.workflowKey`: those that this worker has no handlers for. */
  readonly except?: readonly string[];
}

/** Which due runs to take. */
export interface ClaimDueRequest extends DueRequest, LeaseRequest {
  /** Stop at the first due run of a workflow that is not among these, by `DueRun.workflowKey`: the claimer may not have its handlers. Default: none is such. */
  readonly known?: readonly string[];
  /**
   * What is committed with the claim of a run, as `record` would right after it: steps that begin without a budget, or are
   * skipped. Called inside the transaction, for a run perhaps more than once; it must not call the store. What it throws
   * undoes all claims of the call.
   */
  readonly begin?: (claim: Claim) => readonly Change[];
}

/** A run that somebody may take. */
export interface DueRun {
  readonly runId: string;
  readonly name: string;
  readonly version: number | null;
  readonly definitionHash: string | null;
  /** What the run is an execution of: its definition's hash, or `name@version` where it has none (`name@` without a version). */
  readonly workflowKey: string;
}

/** What is due now, and when there will be more. */
export interface DueRuns {
  readonly runs: readonly DueRun[];
  readonly now: number;
  /** The earliest instant after `now` at which a run of these queues becomes due by itself. */
  readonly nextDueAt: number | null;
}

/** How a store renews leases from a thread of its own. */
export interface RenewalOptions {
  /** Each lease is moved to this far from now, every third of it. */
  readonly leaseMs: number;
  /** Without a `beat` for this long the thread stops renewing: the process hangs. Default 600,000 ms. */
  readonly maxSilenceMs?: number;
  /** Told of leases that were refused, as long as they are kept, and of runs whose revision is another than at the last renewal. */
  readonly onRenewals: (renewals: readonly Renewal[]) => void;
  /** Told once when the thread can't go on: nothing is renewed any more, and leases have about a third of their time left. */
  readonly onError: (error: Error) => void;
}

/** Leases that a thread renews until they are dropped; a call costs no message to it, and it sees the lease at once. */
export interface LeaseRenewals {
  /** Renews a lease from now on; one of the same run takes the place of the one before. A sign of life as well. */
  keep(lease: Lease): void;
  drop(runId: string): void;
  /** Renews this run's lease no more after an instant of `performance.now()`, until another is given; null: no end. */
  allowUntil(runId: string, instant: number | null): void;
  /** A sign of life of the event loop; call it at least every second. */
  beat(): void;
  /** Drops all leases; the thread ends a while after it has nobody left to renew for. */
  stop(): void;
}

/** A claimed run with its whole journal: read once, then kept by the holder. */
export interface Claim {
  readonly kind: 'claimed';
  readonly lease: Lease;
  readonly run: RunRow;
  readonly steps: readonly StepRow[];
  /** Unread mail, oldest first. */
  readonly mail: readonly MailboxRow[];
  readonly at: number;
}

/** What became of one claim. */
export type ClaimOutcome =
  | Claim
  | { readonly kind: 'missing'; readonly runId: string }
  | { readonly kind: 'held'; readonly runId: string; readonly holder: string; readonly until: number }
  | { readonly kind: 'ended'; readonly runId: string; readonly run: RunRow }
  | { readonly kind: 'not_due'; readonly runId: string; readonly run: RunRow }
  /** Somebody wrote to the run since `atRevision`. */
  | { readonly kind: 'changed'; readonly runId: string; readonly run: RunRow };

/** What a commit under a lease may be bound to, and what else it brings about. */
export interface RecordOptions {
  /** Refuse with `RunChangedError` unless the run is at this revision: for a commit after which nobody reads the mailbox. */
  readonly atRevision?: number;
  /** Runs to create in the same commit: those whose end the run's steps wait for from now on. Nobody holds them yet. */
  readonly children?: readonly NewRun[];
}

/** What a commit on a run gave back: a `revision` that grew by more than one tells of somebody else's commit. */
export interface Recorded {
  readonly revision: number;
  readonly at: number;
}

/** What became of a renewal: `lost` leases must not be worked on any more. */
export interface Renewal {
  readonly runId: string;
  readonly held: boolean;
  readonly revision: number;
}

/** Something an outsider puts in for a run's holder. */
export interface NewMail {
  readonly kind: string;
  readonly name: string | null;
  readonly payload: JsonText | null;
}

/** A run as a rule sees it, with the store's own clock. */
export interface RunSnapshot {
  readonly run: RunRow;
  /** The steps that are neither completed nor skipped. */
  readonly openSteps: readonly StepRow[];
  readonly mail: readonly MailboxRow[];
  readonly now: number;
  readonly lease: 'free' | 'held' | 'expired' | 'dead';
}

/** What a rule decided: changes and mail to commit (none: nothing is written) and a value for the caller. */
export interface Decision<T> {
  readonly changes: readonly Change[];
  readonly mail?: readonly NewMail[];
  readonly value: T;
}

/** Which runs to list; newest first. */
export interface RunFilter {
  readonly namespace?: string;
  readonly status?: RunStatus | readonly RunStatus[];
  readonly name?: string;
  readonly idempotencyKey?: string;
  /** Only the runs that steps of this run wait or waited for. */
  readonly parentRunId?: string;
  /** Default 50, at most 1,000. */
  readonly limit?: number;
  /** Only runs older than this id: the last id of the page before. */
  readonly before?: string;
}

/** Which events to read; oldest first. */
export interface EventFilter {
  /** Only events after this `seq`; default 0. */
  readonly after?: number;
  /** Default no limit. */
  readonly limit?: number;
}

/** An event with the text that its `payloadRef` refers to. */
export interface StoredEvent extends EventRow {
  readonly body: string | null;
}
