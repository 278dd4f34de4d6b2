import type { RunStatus, TerminalRunStatus } from './statuses.js';

/**
 * One row of `workflow_runs`: a run as it stands.
 *
 * JSON columns hold text (see the codec of `@sisyphus-state/store`): SQL NULL is "no value", `'null'` is null. A value
 * over 8 KiB stands in `payloads`, and the `…Ref` column beside the empty one holds its SHA-256. Instants are integer
 * milliseconds since the Unix epoch, UTC. *Projected* columns are rebuilt by folding the audit log; *operational* ones
 * (`leaseExpiresAt`, `leaseMs`, `leaseRenewals`, `leaseHolder`, `updatedAt`) never are.
 */
export interface RunRow {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: number | null;
  readonly definitionHash: string | null;
  readonly status: RunStatus;
  /** Why a run waits or is paused (`signal:approved`, `budget_exhausted`, …). */
  readonly reason: string | null;
  /** The status the run will end in while its compensations still run. */
  readonly endingAs: TerminalRunStatus | null;
  readonly input: string | null;
  readonly inputRef: string | null;
  readonly context: string | null;
  readonly contextRef: string | null;
  readonly output: string | null;
  readonly outputRef: string | null;
  readonly error: string | null;
  readonly tags: string | null;
  /** JSON of a `RunUsage`; null: nothing was counted. */
  readonly usage: string | null;
  /** JSON of a `Budget`; null: no limit of its own. */
  readonly budget: string | null;
  readonly parentRunId: string | null;
  readonly parentStepKey: string | null;
  readonly rootRunId: string;
  readonly idempotencyKey: string | null;
  readonly queue: string;
  /** Higher runs first. */
  readonly priority: number;
  readonly concurrencyKey: string | null;
  /** When the run is due: its delayed start, or the instant its timer fires. Null: at once, or only an outsider can. */
  readonly wakeAt: number | null;
  /** When the run ends as failed, unless it has ended before. */
  readonly deadlineAt: number | null;
  /** Raised by every commit on the run, a holder's or an outsider's; not by a renewal. */
  readonly revision: number;
  /** The `seq` of the run's newest event. */
  readonly lastSeq: number;
  /** Grows with each new holder; a write that carries an older one is refused. */
  readonly fence: number;
  /** The worker that holds the run, or null. */
  readonly leaseWorker: string | null;
  /** JSON of the holder's `ProcessIdentity`. */
  readonly leaseHolder: string | null;
  readonly leaseExpiresAt: number | null;
  /** The length that the lease was last taken or renewed with; null: it was taken before this was kept. */
  readonly leaseMs: number | null;
  readonly leaseRenewals: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}
