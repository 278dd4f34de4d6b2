import type { Lease, LeaseRenewals, Renewal, WorkflowStore } from '@sisyphus-state/store';

/** What renewing leases needs. */
export interface LeaseRenewalOptions {
  readonly store: WorkflowStore;
  readonly leaseMs: number;
  /** The leases that are kept, for a thread that begins. */
  readonly readLeases: () => readonly Lease[];
  /** Renews them all from this process: there is no thread to do it. */
  readonly renewHere: () => void;
  /** Told what the thread found. */
  readonly onRenewals: (renewals: readonly Renewal[]) => void;
  /** Told when nothing was kept for a while. */
  readonly onIdle: () => void;
}

/** Without a sign of life for this long the thread lets the leases run out; a longer lease has no use for one. */
const maxSilenceMs = 600_000;
const beatMs = 1_000;
/** After a thread that ended by itself another one is not tried for so long. */
const threadPauseMs = 60_000;

/**
 * Renews leases from the store's thread where it has one, else from a timer of this process.
 *
 * The thread is there before the first handler is entered: that one may be the one that blocks the event loop. The timer
 * keeps the process up while leases are kept; with a thread it only gives signs of life.
 */
export class LeaseRenewal {
  readonly #options: LeaseRenewalOptions;
  #thread: LeaseRenewals | null = null;
  #noThreadBefore = 0;
  #hasWarned = false;
  #timer: NodeJS.Timeout | null = null;
  #isResting = true;

  constructor(options: LeaseRenewalOptions) {
    this.#options = options;
  }

  /** Starts the thread, if the store can and it does not run. */
  startThread(): void {
    const { store, leaseMs, readLeases, onRenewals } = this.#options;
    const isOfUse = store.capabilities.leaseRenewal === 'thread' && leaseMs < maxSilenceMs;
    if (this.#thread !== null || !isOfUse || performance.now() < this.#noThreadBefore) return;
    const onError = (error: Error): void => this.#goOnAlone(error);
    this.#thread = store.startRenewals({ leaseMs, maxSilenceMs, onRenewals, onError });
    for (const lease of readLeases()) this.#thread?.keep(lease);
    if (this.#timer !== null) this.#setTimer();
  }

  /** Renews a lease from now on. */
  keep(lease: Lease): void {
    this.startThread();
    this.#thread?.keep(lease);
    this.#isResting = false;
    if (this.#timer === null) this.#setTimer();
    this.#timer?.ref();
  }

  drop(runId: string): void {
    this.#thread?.drop(runId);
  }

  /** Lets the thread renew a run's lease no longer than until an instant of `performance.now()`; null: no end. */
  allowUntil(runId: string, instant: number | null): void {
    this.#thread?.allowUntil(runId, instant);
  }

  /** Nothing is kept for now. What each run would begin and end anew, timer and thread, is left for a moment. */
  rest(): void {
    this.#isResting = true;
    this.#timer?.unref();
  }

  #setTimer(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    const everyMs = this.#thread === null ? Math.floor(this.#options.leaseMs / 3) : beatMs;
    this.#timer = setInterval(() => this.#turn(), Math.max(1, everyMs));
    if (this.#isResting) this.#timer.unref();
  }

  #turn(): void {
    if (this.#isResting) return this.#stopTimer();
    this.startThread();
    if (this.#thread !== null) this.#thread.beat();
    else this.#options.renewHere();
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#thread?.stop();
    this.#thread = null;
    this.#options.onIdle();
  }

  /** The leases may be near their end: they are renewed at once, and from here until another thread can be tried. */
  #goOnAlone(error: Error): void {
    this.#thread = null;
    this.#noThreadBefore = performance.now() + threadPauseMs;
    if (!this.#hasWarned) process.emitWarning(error);
    this.#hasWarned = true;
    if (this.#timer === null) return;
    this.#setTimer();
    if (!this.#isResting) this.#options.renewHere();
  }
}
