import type { Renewal } from '../store-types.js';
import type { KeptLease, LeasePlace } from './lease-table.js';
import type { Renewer } from './renewer.js';
import type { ReportedRenewal } from './thread-protocol.js';

/** What the loop works with. */
export interface RenewalLoopOptions {
  /** How long from one turn to the next: a third of the shortest lease. */
  readonly periodMs: number;
  readonly open: () => Promise<Renewer>;
  readonly readLeases: () => readonly KeptLease[];
  /** Until when the process that holds the leases counts as alive, on the clock of `now`. */
  readonly readAliveUntil: () => number;
  readonly now: () => number;
  /** Told of leases that were refused, or whose run's revision is not the one of the last renewal. */
  readonly onRenewals: (renewals: readonly ReportedRenewal[]) => void;
  /** Told once that nothing could be renewed for a whole period; the loop has ended then. */
  readonly onGivingUp: (error: unknown) => void;
}

/** Opening takes a moment: it begins so long before the first lease is due. */
const openLeadMs = 1_000;
/** How soon a row that was locked is asked for again, and the longest pause after a failure. */
const pendingPauseMs = 25;
const longestPauseMs = 500;

/**
 * Renews the leases that stand in a table, each at about a third of its length, for as long as it is allowed to.
 *
 * It opens its connection when there is something to renew for the first time. What fails because somebody else is
 * writing is tried again without end; any other failure for one period, so that a third of each lease is left to
 * whoever renews in its place.
 */
export class RenewalLoop {
  readonly #options: RenewalLoopOptions;
  /** When leases of each length were renewed last. */
  readonly #renewedAt = new Map<number, number>();
  /** What was seen of each slot's lease last. */
  readonly #seen = new Map<number, ReportedRenewal>();
  #periodMs: number;
  #renewer: Renewer | null = null;
  #failingSince: number | null = null;
  #timer: NodeJS.Timeout | null = null;
  #turning: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(options: RenewalLoopOptions) {
    this.#options = options;
    this.#periodMs = options.periodMs;
  }

  /** Begins with a first turn before any lease kept from now on is due. */
  start(): void {
    this.#turnIn(Math.max(0, this.#periodMs - openLeadMs));
  }

  /** Takes turns more often from now on. */
  setPeriod(periodMs: number): void {
    this.#periodMs = periodMs;
    if (this.#timer !== null) this.start();
  }

  /** Waits for the renewal in hand and closes the connection. */
  async stop(): Promise<void> {
    this.#isOver = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#turning;
    await this.#renewer?.close();
  }

  #turnIn(delayMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#isOver) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#turning = this.#turn();
    }, delayMs);
  }

  async #turn(): Promise<void> {
    const { now } = this.#options;
    const startedAt = now();
    try {
      for (const [leaseMs, leases] of this.#dueLeases(startedAt)) {
        await this.#renew(leases, leaseMs);
        this.#renewedAt.set(leaseMs, startedAt);
      }
      this.#failingSince = null;
      this.#turnIn(Math.max(0, startedAt + this.#periodMs - now()));
    } catch (error) {
      this.#retry(error, startedAt);
    }
  }

  #retry(error: unknown, startedAt: number): void {
    const isBusy = error instanceof Error && 'retryable' in error && error.retryable === true;
    if (!isBusy) this.#failingSince ??= startedAt;
    if (this.#failingSince === null || this.#options.now() - this.#failingSince < this.#periodMs)
      return this.#turnIn(Math.min(longestPauseMs, this.#periodMs / 10));
    this.#isOver = true;
    this.#options.onGivingUp(error);
  }

  /** The leases that may be renewed and are due, by their length. */
  #dueLeases(now: number): ReadonlyMap<number, readonly KeptLease[]> {
    const due = new Map<number, KeptLease[]>();
    if (now >= this.#options.readAliveUntil()) return due;
    for (const lease of this.#options.readLeases()) {
      if (now >= lease.until || !this.#isDue(lease.leaseMs, now)) continue;
      const group = due.get(lease.leaseMs);
      if (group === undefined) due.set(lease.leaseMs, [lease]);
      else group.push(lease);
    }
    return due;
  }

  /** At the turn that is nearest to a third of the lease. */
  #isDue(leaseMs: number, now: number): boolean {
    const renewedAt = this.#renewedAt.get(leaseMs);
    return renewedAt === undefined || now - renewedAt >= leaseMs / 3 - this.#periodMs / 2;
  }

  async #renew(leases: readonly KeptLease[], leaseMs: number): Promise<void> {
    this.#renewer ??= await this.#options.open();
    const { now } = this.#options;
    const until = now() + this.#periodMs / 2;
    for (let rest = leases; rest.length > 0; ) {
      const renewed = await this.#renewer.renew(rest, leaseMs);
      this.#report(rest.flatMap(({ slot, generation }, n) => toReport({ slot, generation }, renewed[n])));
      rest = rest.filter((_, n) => renewed[n]?.isPending);
      if (rest.length === 0 || now() >= until || this.#isOver) return;
      await new Promise((resolve) => setTimeout(resolve, pendingPauseMs));
    }
  }

  /** A lease that was refused is told of every time: whoever holds it may have been busy ending the run. */
  #report(renewals: readonly ReportedRenewal[]): void {
    const news = renewals.filter((renewal) => !renewal.held || !isSame(renewal, this.#seen.get(renewal.slot)));
    for (const renewal of news) this.#seen.set(renewal.slot, renewal);
    if (news.length > 0) this.#options.onRenewals(news);
  }
}

function toReport(place: LeasePlace, renewed: Renewal | undefined): readonly ReportedRenewal[] {
  return renewed === undefined ? [] : [{ ...place, held: renewed.held, revision: renewed.revision }];
}

function isSame(one: ReportedRenewal, other: ReportedRenewal | undefined): boolean {
  return one.generation === other?.generation && one.revision === other.revision;
}
