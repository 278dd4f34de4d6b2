import type { EventSource } from './statuses.js';

/** One row of `audit_events`: a line of a run's append-only log, keyed by `(runId, seq)`; `seq` starts at 1 without gaps. */
export interface EventRow {
  readonly runId: string;
  readonly seq: number;
  readonly type: string;
  readonly source: EventSource;
  readonly stepKey: string | null;
  readonly attempt: number | null;
  /** The fence under which it was written; null for what came from outside the lease. */
  readonly fence: number | null;
  readonly worker: string | null;
  readonly at: number;
  /** JSON of the change without the fields above; never null. */
  readonly payload: string;
  /** SHA-256 of the value this event carries when it is over 8 KiB. */
  readonly payloadRef: string | null;
}
