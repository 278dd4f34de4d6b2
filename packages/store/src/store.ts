import type { DefinitionRow, MailboxRow, RunRow, StepRow } from '@sisyphus-state/schema';
import type { Change } from './changes/change.js';
import type { RunState } from './run-state.js';
import type {
  Claim,
  ClaimDueRequest,
  ClaimOutcome,
  ClaimRequest,
  CreatedRun,
  Decision,
  DueRequest,
  DueRun,
  DueRuns,
  EventFilter,
  ForkRequest,
  Lease,
  LeaseRenewals,
  NewRun,
  Recorded,
  RecordOptions,
  Renewal,
  RenewalOptions,
  RunFilter,
  RunSnapshot,
  StoreCapabilities,
  StoredEvent,
} from './store-types.js';
import type { Pot } from './transitions/draw-on-pot.js';

/**
 * The port: how runs are kept. `Tx` is the database's own Drizzle transaction.
 *
 * Every write is one transaction, and its promise settles after the commit. Rows come back with their values whole: a
 * value that stands in `payloads` is filled in, its `…Ref` stays set. All writes may throw `StoreBusyError` (worth a
 * retry), `StoreFullError` and `StoreIoError` (nothing was kept) and `StoreClosedError`.
 */
export interface WorkflowStore<Tx = unknown> {
  readonly capabilities: StoreCapabilities;
  /** Where the data lives, fit for a message: a path, `:memory:`, or a URL without its password. */
  readonly location: string;

  /**
   * Creates runs, all or none; with a `lease` the run is held from its first commit on.
   *
   * A run whose idempotency key is known is not created: the known one is returned, or `IdempotencyConflictError`
   * thrown when it has another workflow or input; a run whose id is known is a `RunExistsError`. Inside `tx` nothing
   * exists before the caller's own commit. Where `capabilities.syncTransactions` is set all that is refused inside `tx` is
   * thrown at once, so that a synchronous transaction rolls back; elsewhere the promise is rejected.
   */
  createRuns(runs: readonly NewRun[], options?: { readonly tx?: Tx }): Promise<readonly CreatedRun[]>;

  /**
   * Creates a run that nobody holds and that begins with checkpoints of another; the other may have any status, and is not touched.
   *
   * All is read and written in one transaction, under the source's lock; the fork's first event is `run_forked`. Null when
   * `choose` gave null. With an idempotency key that is known the run which has it is returned, if it is the same fork.
   * Throws `RunNotFoundError`, `RunExistsError` and `IdempotencyConflictError`.
   */
  forkRun(request: ForkRequest): Promise<CreatedRun | null>;

  /** Takes runs with their journals; one outcome a run, in order. Each claim raises the run's fence. */
  claimRuns(request: ClaimRequest): Promise<readonly ClaimOutcome[]>;

  /**
   * Says which runs of some queues are due, without a lock and without a write: `pending` ones, and those whose timer is over.
   *
   * Limits of queues are not looked at: `claimDue` may take fewer.
   */
  findDue(request: DueRequest): Promise<DueRuns>;

  /**
   * Takes due runs with their journals, as many as `limit` and the queues' limits allow, in one transaction.
   *
   * Runs that another transaction has in hand are passed over. A queue's limits hold across all workers that name them.
   */
  claimDue(request: ClaimDueRequest): Promise<readonly Claim[]>;

  /**
   * Says which runs of some queues were left by their holder: its process is provably dead, its lease is over, or its
   * lease was not renewed for its own length on this process's monotonic clock (the wall clock may have been set back).
   * `claimRuns` then takes them. Call it once a second or so: it looks at every held run, and remembers what it saw.
   */
  findAbandoned(request: Omit<DueRequest, 'limit'>): Promise<readonly DueRun[]>;

  /** The store's clock. */
  now(): Promise<number>;

  /** Moves the leases' ends to `leaseMs` from now; raises no revision and writes no event. */
  renewLeases(leases: readonly Lease[], leaseMs: number): Promise<readonly Renewal[]>;

  /**
   * Commits changes under a lease. Throws `LeaseLostError` when the fence is not the run's or the run has ended, and
   * `BudgetRefusedError` when an attempt that begins has no room in one of the lease's pots. What is used is put into the
   * pots in the same commit.
   */
  record(lease: Lease, changes: readonly Change[], options?: RecordOptions): Promise<Recorded>;

  /**
   * As `record`, with the caller's own writes in the same transaction; what `decide` throws undoes both.
   *
   * `decide` may be called again when the commit has to be repeated, so its effects belong into `tx` alone.
   * Where `capabilities.syncTransactions` is set `decide` must return the changes themselves, not a promise.
   */
  recordWith(lease: Lease, decide: (tx: Tx) => readonly Change[] | Promise<readonly Change[]>): Promise<Recorded>;

  /** Commits what a rule decides on a run from outside its lease; `decide` is pure and may be called again. */
  transact<T>(runId: string, decide: (snapshot: RunSnapshot) => Decision<T>): Promise<T>;

  /** Appends the user's own event to a run's log; it is never folded. Returns its `seq`. */
  logEvent(runId: string, type: string, payload: unknown): Promise<number>;

  /**
   * Renews leases from a thread with a connection of its own, which no busy handler can starve; all callers share it.
   *
   * Null where `capabilities.leaseRenewal` is `process`: then call `renewLeases` from a timer. The thread keeps no
   * process alive, and ends with the store.
   */
  startRenewals(options: RenewalOptions): LeaseRenewals | null;

  readRun(runId: string): Promise<RunRow | null>;
  readSteps(runId: string): Promise<readonly StepRow[]>;
  readEvents(runId: string, filter?: EventFilter): Promise<readonly StoredEvent[]>;
  /** Unread mail, oldest first. */
  readMail(runId: string): Promise<readonly MailboxRow[]>;
  readDefinition(hash: string): Promise<DefinitionRow | null>;
  /** The revisions of these runs, for holders that want to know whether somebody else wrote. */
  readRevisions(runIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** What runs with budgets and their descendants have taken of them; those of runs without one are left out. */
  readPots(runIds: readonly string[]): Promise<readonly Pot[]>;
  /** A run and its steps, decoded; null when there is none. */
  getRunState(runId: string): Promise<RunState | null>;
  /** Newest first. A large value is not filled in: it is null, and its `…Ref` says that there is one. */
  listRuns(filter?: RunFilter): Promise<readonly RunRow[]>;

  /** Deletes ended runs with all that is theirs, and values nobody refers to any more. Returns how many went; `RunStateError` for one that has not ended. */
  deleteRuns(runIds: readonly string[]): Promise<number>;

  /** Calls `listener` soon after an outsider's commit, in this process or another; returns how to stop. May call without reason. */
  watch(listener: () => void): () => void;

  /** Finishes the writes in hand and closes what the store opened; safe to call twice. */
  close(): Promise<void>;
}
