import { activeRunStatuses, isTerminal, type RunRow } from '@sisyphus-state/schema';
import type { RunDriver } from '../engine/run-driver.js';
import { isMissingHere } from './check-runnable.js';
import type { Client, Tender } from './client.js';
import { continueRun } from './resume-run.js';
import { timeLeft } from './time-left.js';

/** How many runs it drives at once, as a worker does unless told otherwise. */
const maxDriven = 10;
/** How often it looks for what nobody told it of: runs that others left, or woke. */
const lookMs = 1_000;

/**
 * Drives the runs that a followed run waits for, and those that they wait for: `execute` needs no worker beside it.
 *
 * Where workers are up they take such runs too: whoever is first drives each.
 */
export class ChildTender implements Tender {
  readonly #client: Client;
  readonly #lifetime: AbortSignal;
  /** By id: whether those that a run waits for are to be looked at too, should it not be due itself. */
  readonly #queue = new Map<string, boolean>();
  readonly #driving = new Set<string>();
  /** All that it ever drove. */
  readonly #driven = new Set<string>();
  #root: Pick<RunRow, 'id' | 'namespace'> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isLooking = false;
  /** Runs of other holders that this round met. */
  #heldSeen = 0;

  constructor(client: Client) {
    this.#client = client;
    this.#lifetime = client.lifetime.signal;
  }

  take(runIds: readonly string[]): void {
    for (const runId of runIds) this.#queue.set(runId, true);
    this.#startRounds();
    void this.#look();
  }

  finish(runIds: readonly string[]): void {
    for (const runId of runIds) void this.#tend(runId, false);
  }

  /** Looks after the runs that a run waits for from now on, whoever drives that one. */
  follow(root: Pick<RunRow, 'id' | 'namespace'>): void {
    if (this.#root !== null) return;
    this.#root = root;
    this.#startRounds();
    void this.#goRound();
  }

  /** The run is followed no more: what is driven by then goes on to its end, with all that it waits for. */
  stop(): void {
    this.#root = null;
    this.#queue.clear();
    this.#restIfIdle();
  }

  #startRounds(): void {
    if (!this.#lifetime.aborted) this.#timer ??= setInterval(() => void this.#goRound(), lookMs);
  }

  #restIfIdle(): void {
    const isIdle = this.#root === null && this.#driving.size === 0 && this.#queue.size === 0;
    if (this.#timer === null || !(isIdle || this.#lifetime.aborted)) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  async #goRound(): Promise<void> {
    const root = this.#root;
    this.#heldSeen = 0;
    if (root !== null) await this.#outlive(() => this.#enqueueChildren(root));
    await this.#look();
  }

  /** Those that wait themselves are looked at too: they may be due, or wait for others in turn. */
  async #enqueueChildren({ id: parentRunId, namespace }: Pick<RunRow, 'id' | 'namespace'>): Promise<void> {
    const filter = { parentRunId, namespace, status: activeRunStatuses, limit: 1000 };
    for (let before: string | undefined; ; ) {
      const children = await this.#client.store.listRuns(before === undefined ? filter : { ...filter, before });
      for (const { id } of children) this.#queue.set(id, true);
      before = children.at(-1)?.id;
      if (children.length < filter.limit) return;
    }
  }

  /** One look at a time, as long as there is room; whatever leaves room makes another. */
  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    for (const [runId, isDeep] of this.#queue) {
      if (this.#driving.size >= maxDriven) break;
      this.#queue.delete(runId);
      await this.#tend(runId, isDeep);
    }
    this.#isLooking = false;
    this.#restIfIdle();
  }

  async #tend(runId: string, isDeep: boolean): Promise<void> {
    await this.#outlive(async () => {
      const run = await this.#client.store.readRun(runId);
      if (run === null || isTerminal(run.status) || run.status === 'paused' || (await this.#isDriven(run))) return;
      if ((await timeLeft(this.#client.store, run)) > 0) {
        if (run.status === 'waiting' && isDeep) await this.#enqueueChildren(run);
        return;
      }
      const driver = await continueRun(this.#client, runId, { tender: this });
      if (driver !== null) this.#watch(driver, run.parentRunId);
    });
  }

  /**
   * Whether to leave a run to its holder. That of this very executor may just be about to drive it; of any other some are
   * asked for before their lease ends, for its process may be known to be dead.
   */
  async #isDriven({ id, leaseWorker, leaseExpiresAt }: RunRow): Promise<boolean> {
    const { keeper, lease, store } = this.#client;
    if (leaseWorker === null) return false;
    if (keeper.get(id) !== undefined) return true;
    if ((leaseExpiresAt ?? 0) <= (await store.now())) return false;
    this.#heldSeen += 1;
    return leaseWorker === lease.worker || this.#heldSeen > maxDriven;
  }

  #watch({ runId, result }: RunDriver, parentRunId: string | null): void {
    this.#driving.add(runId);
    this.#driven.add(runId);
    const leave = (): void => {
      this.#driving.delete(runId);
      // It waits for this one, and may have been woken; the run that is followed is its follower's to take.
      if (parentRunId !== null && this.#driven.has(parentRunId)) this.#queue.set(parentRunId, false);
      void this.#look();
    };
    // How the run ended is on its record.
    result.then(leave, leave);
  }

  /** What can't be done here or now is left to workers, or to the next round; of a store that is gone the follower hears itself. */
  async #outlive(work: () => Promise<void>): Promise<void> {
    if (this.#lifetime.aborted) return;
    try {
      await work();
    } catch (error) {
      const isGone = error instanceof Error && 'code' in error && error.code === 'STORE_CLOSED';
      if (isGone) return this.stop();
      const passes = error instanceof Error && 'retryable' in error && error.retryable === true;
      if (!isMissingHere(error) && !passes) process.emitWarning(error instanceof Error ? error : String(error));
    }
  }
}
