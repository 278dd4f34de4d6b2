import type { EventRow, MailboxRow, RunRow, RunStatus, StepRow } from '@sisyphus-state/schema';
import type { Change } from './changes/change.js';
import type { JsonText } from './codec/encode-value.js';

/** What a database can do, for callers and for the conformance kit, which prints it. */
export interface StoreCapabilities {
  readonly dialect: 'sqlite' | 'postgres';
  /** What is committed survives the end of the process. */
  readonly durable: boolean;
  /** Several processes may open it at once. */
  readonly multiProcess: boolean;
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
  readonly budget?: Readonly<Record<string, number>> | null;
  readonly queue?: string;
  readonly priority?: number;
  readonly concurrencyKey?: string | null;
  readonly idempotencyKey?: string | null;
  readonly parent?: { readonly runId: string; readonly stepKey: string; readonly rootRunId: string } | null;
  /** Delayed start: not due before this instant. */
  readonly wakeAt?: number | null;
  readonly deadlineAt?: number | null;
  /** Take the run at once, in the commit that creates it; then `changes` may follow in the same commit. */
  readonly lease?: LeaseRequest | null;
  readonly changes?: readonly Change[];
}

/** A run that was created, or the one that already had its idempotency key. */
export interface CreatedRun {
  readonly runId: string;
  readonly created: boolean;
  readonly lease: Lease | null;
  readonly at: number;
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
  | { readonly kind: 'not_due'; readonly runId: string; readonly run: RunRow };

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
