import type { MailboxRow } from '@sisyphus-state/schema';
import {
  BudgetRefusedError,
  type Change,
  type Lease,
  LeaseLostError,
  type PotShortage,
  type Recorded,
  RunChangedError,
  type WorkflowStore,
} from '@sisyphus-state/store';
import type { Batch } from './batch.js';
import type { Revival } from './child-runs.js';

/** What the commits of a run tell its driver. */
export interface CommitEars {
  /** The batch is in the store, at an instant of its clock. */
  readonly committed: (batch: Batch, at: number) => void;
  /** It was refused, and with it the right to write the run. */
  readonly refused: (error: Error) => void;
  /** The store has no room in a budget for attempts that were to begin: the rest of the batch is still to be committed, if anything is left of it. */
  readonly overdrawn: (batch: Batch, shortage: PotShortage) => void;
  /** The run was to be parked, but somebody had put in a word: the rest of the batch is still to be committed, if anything is left of it. */
  readonly unparked: (batch: Batch) => void;
  /** Has a run go on that steps wait for again. */
  readonly revive: (revival: Revival) => Promise<void>;
}

type CommitStore = Pick<WorkflowStore, 'record' | 'recordWith' | 'capabilities'>;

/**
 * Commits a held run's batches, and knows whether somebody else wrote to the run meanwhile.
 *
 * A run is parked only as it was last read: nobody looks into the mailbox of a parked run before it is due.
 */
export class RunCommits {
  lease: Lease | null = null;
  /** The revision of the newest commit made here: a higher one in the store is somebody else's. */
  revision = 0;
  /** False from a commit of somebody else until the run's mailbox was read. */
  isNewsRead = true;
  onOutsideCommit: (() => void) | null = null;
  readonly #store: CommitStore;
  readonly #ears: CommitEars;
  #news: readonly MailboxRow[] = [];

  constructor(store: CommitStore, ears: CommitEars) {
    this.#store = store;
    this.#ears = ears;
  }

  hold(lease: Lease | null): void {
    this.lease = lease;
    this.revision = lease?.revision ?? 1;
  }

  /** The run's row and mailbox were read as they stood at a revision. */
  sawNews(revision: number, mail: readonly MailboxRow[]): void {
    this.revision = Math.max(this.revision, revision);
    this.isNewsRead = true;
    this.#news = mail;
  }

  get hasNews(): boolean {
    return this.#news.length > 0;
  }

  takeNews(): readonly MailboxRow[] {
    const news = this.#news;
    this.#news = [];
    return news;
  }

  /** False when there is nothing to commit, or nobody to commit it. */
  commit(batch: Batch): boolean {
    const { lease } = this;
    if (lease === null || batch.changes.length === 0) return false;
    const parks = batch.changes.at(-1)?.type === 'workflow_suspended';
    const recorded =
      batch.revivals.length > 0 ? this.#reviveAndRecord(lease, batch, parks) : this.#record(lease, batch, parks);
    recorded.then(
      (commit) => this.#take(commit, () => this.#ears.committed(batch, commit.at)),
      (error: unknown) => {
        if (parks && error instanceof RunChangedError) return this.#unpark(batch);
        if (error instanceof BudgetRefusedError) return this.#ears.overdrawn(batch, error.shortage);
        this.#ears.refused(
          error instanceof Error ? error : new LeaseLostError(lease.runId, lease.fence, String(error)),
        );
      },
    );
    return true;
  }

  /** Runs that steps wait for again go on first: else a crash in between would leave a run parked that nobody wakes. */
  async #reviveAndRecord(lease: Lease, batch: Batch, parks: boolean): Promise<Recorded> {
    await Promise.all(batch.revivals.map(this.#ears.revive));
    return this.#record(lease, batch, parks);
  }

  #record(lease: Lease, { changes, children }: Batch, parks: boolean): Promise<Recorded> {
    const bound = parks ? { atRevision: this.revision } : {};
    if (children.length > 0) return this.#store.record(lease, changes, { ...bound, children });
    return this.#store.record(lease, changes, parks ? bound : undefined);
  }

  /** Commits what `decide` says together with what it writes; rejects as `recordWith` does, or because nobody holds the run. */
  async commitWith(decide: (tx: unknown) => readonly Change[] | Promise<readonly Change[]>): Promise<number> {
    const { lease } = this;
    if (lease === null) throw new Error('A run that nobody holds has no transactions.');
    const recorded = await this.#store.recordWith(lease, decide);
    this.#take(recorded, () => undefined);
    return recorded.at;
  }

  /** Whether a transaction's function has to be synchronous. */
  get isSynchronous(): boolean {
    return this.#store.capabilities.syncTransactions;
  }

  #take({ revision }: Recorded, tell: () => void): void {
    // From here on the store's revision says nothing of that commit any more.
    const othersWrote = revision > this.revision + 1;
    this.revision = Math.max(this.revision, revision);
    if (othersWrote && this.onOutsideCommit !== null) this.isNewsRead = false;
    tell();
    if (othersWrote) this.onOutsideCommit?.();
  }

  /** The run stays here until what was put in is read. */
  #unpark(batch: Batch): void {
    this.isNewsRead = this.onOutsideCommit === null;
    batch.changes.pop();
    this.#ears.unparked(batch);
    this.onOutsideCommit?.();
  }
}
