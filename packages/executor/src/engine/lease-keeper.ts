import { type Lease, LeaseLostError, type Renewal, type WorkflowStore } from '@sisyphus-state/store';
import { LeaseRenewal } from './lease-renewal.js';
import type { RunDriver } from './run-driver.js';

/**
 * Keeps the leases of all runs this executor drives: has them renewed together, and listens for outsiders.
 *
 * An outsider's commit raises a run's revision; then its mailbox is read and acted on. The process is kept up while there
 * are runs to drive.
 */
export class LeaseKeeper {
  readonly #store: WorkflowStore;
  readonly #leaseMs: number;
  readonly #drivers = new Map<string, RunDriver>();
  readonly #renewal: LeaseRenewal;
  #unwatch: (() => void) | null = null;
  #soon: NodeJS.Immediate | null = null;
  #renewing = false;
  #looking = false;
  #lookAgain = false;

  constructor(store: WorkflowStore, leaseMs: number) {
    this.#store = store;
    this.#leaseMs = leaseMs;
    this.#renewal = new LeaseRenewal({
      store,
      leaseMs,
      readLeases: () => this.#readLeases(),
      renewHere: () => void this.#renewHere(),
      onRenewals: (renewals) => void this.#guard(() => this.#heed(renewals)),
      onIdle: () => {
        this.#unwatch?.();
        this.#unwatch = null;
      },
    });
  }

  get drivers(): readonly RunDriver[] {
    return [...this.#drivers.values()];
  }

  get(runId: string): RunDriver | undefined {
    return this.#drivers.get(runId);
  }

  /** Has the store's thread ready for leases to come. */
  startThread(): void {
    this.#renewal.startThread();
  }

  /** Keeps a run's lease until it ends here; from before its first handler is entered, which may block this thread. */
  add(driver: RunDriver, lease: Lease): void {
    const { runId } = driver;
    this.#drivers.set(runId, driver);
    this.#renewal.keep(lease);
    driver.whenOutsideCommit(() => void this.#guard(() => this.#readNews(runId)));
    driver.whenLimitChanges((instant) => {
      if (this.#drivers.get(runId) === driver) this.#renewal.allowUntil(runId, instant);
    });
    this.#unwatch ??= this.#store.watch(() => this.#lookSoon());
    const remove = () => this.#remove(driver);
    driver.result.then(remove, remove);
  }

  #remove(driver: RunDriver): void {
    if (this.#drivers.get(driver.runId) !== driver) return;
    this.#drivers.delete(driver.runId);
    this.#renewal.drop(driver.runId);
    if (this.#drivers.size === 0) this.#renewal.rest();
  }

  #readLeases(): readonly Lease[] {
    return this.drivers.flatMap(({ lease }) => (lease === null ? [] : [lease]));
  }

  async #renewHere(): Promise<void> {
    if (this.#renewing) return;
    this.#renewing = true;
    await this.#guard(async () => {
      const leases = new Map(this.#readLeases().map((lease) => [lease.runId, lease]));
      const renewals = await this.#store.renewLeases([...leases.values()], this.#leaseMs);
      // A run that was taken anew meanwhile has another lease: what became of the old one is nothing to it.
      const isOwn = ({ runId }: Renewal): boolean =>
        this.#drivers.get(runId)?.lease?.fence === leases.get(runId)?.fence;
      await this.#heed(renewals.filter(isOwn));
    });
    this.#renewing = false;
  }

  /**
   * Acts on what renewals found. A driver whose commit is under way may just have ended the run or given it back itself,
   * and the answer is still to come: that one says more.
   */
  async #heed(renewals: readonly Renewal[]): Promise<void> {
    for (const { runId, held } of renewals)
      if (!held && this.#drivers.get(runId)?.isCommitting !== true) this.#lose(runId, 'it could not be renewed');
    if (renewals.some(({ runId, revision }) => this.#isBehind(runId, revision))) await this.#look();
  }

  /** Once for all that is told in one turn, when the runs whose own end was told of are gone. */
  #lookSoon(): void {
    this.#soon ??= setImmediate(() => {
      this.#soon = null;
      if (this.#drivers.size > 0) void this.#look();
    });
  }

  /** Reads what outsiders did to the runs they wrote to. */
  async #look(): Promise<void> {
    if (this.#looking) {
      this.#lookAgain = true;
      return;
    }
    this.#looking = true;
    await this.#guard(async () => {
      do {
        this.#lookAgain = false;
        const revisions = await this.#store.readRevisions([...this.#drivers.keys()]);
        for (const [runId, revision] of revisions) if (this.#isBehind(runId, revision)) await this.#readNews(runId);
      } while (this.#lookAgain);
    });
    this.#looking = false;
  }

  /** Somebody else wrote to a run: it was taken over, or its mailbox says what they want. */
  async #readNews(runId: string): Promise<void> {
    const run = await this.#store.readRun(runId);
    const mail = await this.#store.readMail(runId);
    const driver = this.#drivers.get(runId);
    if (driver === undefined || driver.lease === null) return;
    const { fence } = driver.lease;
    // Read before this driver's own claim, for the one before it: that says nothing of this one.
    if (run !== null && run.fence < fence) return;
    // Only a claim raises the fence. A run without a holder may be one whose last commit is just being made here.
    if (run?.fence !== fence) return this.#lose(runId, `${run?.leaseWorker ?? 'somebody'} took the run over`);
    driver.sawNews(run.revision, mail);
  }

  /** What fails for now is tried again by the next timer or commit, and the fence guards every write; without the store no run goes on. */
  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Error && 'retryable' in error && error.retryable === true)) this.#abandonAll(error);
    }
  }

  #isBehind(runId: string, revision: number): boolean {
    const driver = this.#drivers.get(runId);
    return driver !== undefined && revision > driver.revision;
  }

  #lose(runId: string, reason: string): void {
    const driver = this.#drivers.get(runId);
    if (driver?.lease) driver.abandon(new LeaseLostError(runId, driver.lease.fence, reason));
  }

  #abandonAll(error: unknown): void {
    for (const driver of this.drivers) driver.abandon(error instanceof Error ? error : new Error(String(error)));
  }
}
