import { LeaseLostError, type WorkflowStore } from '@sisyphus-state/store';
import type { RunDriver } from './run-driver.js';

/**
 * Keeps the leases of all runs this executor drives: renews them in one call, and listens for outsiders.
 *
 * An outsider's commit raises a run's revision; then its mailbox is read and acted on. The timer keeps the process up
 * while there are runs to drive.
 */
export class LeaseKeeper {
  readonly #store: WorkflowStore;
  readonly #leaseMs: number;
  readonly #drivers = new Map<string, RunDriver>();
  #timer: NodeJS.Timeout | null = null;
  #unwatch: (() => void) | null = null;
  #renewing = false;
  #looking = false;
  #lookAgain = false;

  constructor(store: WorkflowStore, leaseMs: number) {
    this.#store = store;
    this.#leaseMs = leaseMs;
  }

  get drivers(): readonly RunDriver[] {
    return [...this.#drivers.values()];
  }

  get(runId: string): RunDriver | undefined {
    return this.#drivers.get(runId);
  }

  /** Keeps a run's lease until it ends here. */
  add(driver: RunDriver): void {
    this.#drivers.set(driver.runId, driver);
    driver.whenOutsideCommit(() => void this.#guard(() => this.#readNews(driver.runId)));
    this.#timer ??= setInterval(() => void this.#renew(), Math.max(1, Math.floor(this.#leaseMs / 3)));
    this.#unwatch ??= this.#store.watch(() => void this.#look());
    const remove = () => this.#remove(driver);
    driver.result.then(remove, remove);
  }

  #remove(driver: RunDriver): void {
    if (this.#drivers.get(driver.runId) === driver) this.#drivers.delete(driver.runId);
    if (this.#drivers.size > 0) return;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#unwatch?.();
    this.#unwatch = null;
  }

  async #renew(): Promise<void> {
    if (this.#renewing) return;
    this.#renewing = true;
    await this.#guard(async () => {
      const leases = this.drivers.flatMap(({ lease }) => (lease === null ? [] : [lease]));
      const renewals = await this.#store.renewLeases(leases, this.#leaseMs);
      for (const { runId, held } of renewals) if (!held) this.#lose(runId, 'it could not be renewed');
      if (renewals.some(({ runId, revision }) => this.#isBehind(runId, revision))) await this.#look();
    });
    this.#renewing = false;
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
    // Only a claim raises the fence. A run without a holder may be one whose last commit is just being made here.
    if (run?.fence !== driver.lease.fence)
      return this.#lose(runId, `${run?.leaseWorker ?? 'somebody'} took the run over`);
    const cancel = mail.find(({ kind }) => kind === 'cancel');
    if (cancel !== undefined) driver.cancel(cancel.name);
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
