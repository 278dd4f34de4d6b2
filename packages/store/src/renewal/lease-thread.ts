import type { Worker } from 'node:worker_threads';
import { LeaseRenewalError } from '../errors.js';
import type { LeaseRenewals, Renewal, RenewalOptions } from '../store-types.js';
import { KeptLeases, type KeptPlace } from './kept-leases.js';
import { LeaseTable } from './lease-table.js';
import type { RenewalTarget } from './open-renewer.js';
import { RenewalControl } from './renewal-control.js';
import {
  type FromThread,
  type ReportedRenewal,
  readClockOffset,
  type ThreadStart,
  type ToThread,
} from './thread-protocol.js';

/** Starts the thread's program. */
export type SpawnThread = (start: ThreadStart) => Worker;

/** What a thread is made with. */
export interface LeaseThreadOptions {
  readonly target: RenewalTarget;
  /** The database, fit for a message. */
  readonly location: string;
  readonly leaseMs: number;
  readonly spawn: SpawnThread;
  /** Called as soon as nothing more can be kept here: the thread was told to end, or ended by itself. */
  readonly onOver: () => void;
}

/** How long a thread is kept that has nobody to renew for: the next one may come soon. */
const lingerMs = 60_000;
/** A thread that is told to end closes its connection; one that hangs is not waited for longer. */
const endDeadlineMs = 5_000;

/** The thread that renews leases, as seen by those whose leases it renews. It keeps no process alive. */
export class LeaseThread {
  readonly #options: LeaseThreadOptions;
  readonly #table: LeaseTable;
  readonly #control = new RenewalControl();
  readonly #holders = new Set<KeptLeases>();
  readonly #owners: (KeptPlace | null)[] = [];
  #worker: Worker | null = null;
  #periodMs: number;
  #lingering: NodeJS.Timeout | null = null;
  #isOver = false;

  constructor(options: LeaseThreadOptions) {
    this.#options = options;
    this.#periodMs = periodOf(options.leaseMs);
    this.#table = new LeaseTable((table) => this.#tell({ kind: 'table', table }));
    try {
      this.#worker = this.#spawn();
    } catch (error) {
      // Whoever starts it hears of it as of any other end of the thread, but not before it has a handle.
      queueMicrotask(() => this.#fail(error));
    }
  }

  /** Keeps somebody's leases, of a length of their own. */
  join(options: RenewalOptions): LeaseRenewals {
    const periodMs = periodOf(options.leaseMs);
    if (periodMs < this.#periodMs) {
      this.#periodMs = periodMs;
      this.#tell({ kind: 'period', periodMs });
    }
    const [table, control, owners] = [this.#table, this.#control, this.#owners];
    const holder = new KeptLeases({ table, control, owners, options, onStop: () => this.#leave(holder) });
    this.#holders.add(holder);
    this.#stopLingering();
    return holder;
  }

  /** Ends the thread; waits for it only where it has a connection to close. */
  async end(): Promise<void> {
    const worker = this.#worker;
    this.#finish();
    if (worker === null) return;
    if (!this.#control.end()) return void worker.terminate();
    const exited = new Promise((resolve) => worker.once('exit', resolve));
    // Without a reference an event loop with nothing else to do would end before the answer comes.
    worker.ref();
    worker.postMessage({ kind: 'stop' } satisfies ToThread);
    const timer = setTimeout(() => void worker.terminate(), endDeadlineMs);
    await exited;
    clearTimeout(timer);
  }

  #spawn(): Worker {
    const { target, spawn } = this.#options;
    const worker = spawn({
      target,
      table: this.#table.buffer,
      control: this.#control.buffer,
      periodMs: this.#periodMs,
      clockOffset: readClockOffset(),
    });
    worker.on('message', (message: FromThread) => {
      if (message.kind === 'renewals') this.#passOn(message.renewals);
      else this.#fail(message.reason);
    });
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', (code) => this.#fail(`it ended with exit code ${code}`));
    worker.unref();
    return worker;
  }

  #tell(message: ToThread): void {
    this.#worker?.postMessage(message);
  }

  /** Tells each holder of its own leases; one that was dropped meanwhile is nobody's. */
  #passOn(reported: readonly ReportedRenewal[]): void {
    const renewals = new Map<KeptLeases, Renewal[]>();
    for (const { slot, generation, held, revision } of reported) {
      const place = this.#owners[slot];
      if (place?.generation !== generation) continue;
      const own = renewals.get(place.holder) ?? [];
      own.push({ runId: place.runId, held, revision });
      renewals.set(place.holder, own);
    }
    for (const [holder, own] of renewals) holder.options.onRenewals(own);
  }

  #leave(holder: KeptLeases): void {
    this.#holders.delete(holder);
    if (this.#holders.size > 0 || this.#isOver) return;
    this.#lingering = setTimeout(() => void this.end(), lingerMs).unref();
  }

  #stopLingering(): void {
    if (this.#lingering !== null) clearTimeout(this.#lingering);
    this.#lingering = null;
  }

  #fail(reason: unknown): void {
    if (this.#isOver) return;
    const holders = [...this.#holders];
    this.#finish();
    const error = new LeaseRenewalError(this.#options.location, reason);
    for (const holder of holders) holder.options.onError(error);
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopLingering();
    for (const holder of this.#holders) holder.close();
    this.#holders.clear();
    this.#worker = null;
    this.#options.onOver();
  }
}

/** A third of a lease. */
function periodOf(leaseMs: number): number {
  return Math.max(10, leaseMs / 3);
}
