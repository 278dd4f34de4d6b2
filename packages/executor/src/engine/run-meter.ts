import {
  type Budget,
  type BudgetAmount,
  budgetAmounts,
  noUsage,
  type RunUsage,
  type Spend,
} from '@sisyphus-state/schema';
import { chargeCutOff, reserveSpend, settleSpend, type Usage } from '@sisyphus-state/store';

/** An amount of a budget that has no room for an attempt. */
export interface Shortage {
  readonly amount: BudgetAmount;
  /** With what attempts in hand may still use. */
  readonly used: number;
  readonly limit: number;
  /** What the attempt needs of it: its reservation, or 1 for any. */
  readonly needed: number;
}

/** What is kept free for the attempt of a step; null: nothing is counted of it. */
export interface MeteredEntry {
  reserved: Spend | null;
  /** Its attempt began here and its handler was not entered yet: it has used nothing. */
  isFresh: boolean;
}

/**
 * Counts what a run uses, for the changes that put it down; nothing here is kept but by them.
 *
 * A run without a budget counts tokens and cost only, and only where a handler reports or a step reserves some.
 */
export class RunMeter {
  readonly budget: Budget | null;
  readonly #monotonic: () => number;
  #usage: RunUsage;
  #running = 0;
  #since = 0;
  /** Time with an attempt running that no change says yet. */
  #elapsed = 0;

  constructor(
    budget: Budget | null = null,
    usage: RunUsage = noUsage,
    monotonic: () => number = () => performance.now(),
  ) {
    this.budget = budget;
    this.#usage = usage;
    this.#monotonic = monotonic;
  }

  get usage(): RunUsage {
    return this.#usage;
  }

  /** What stands in the way of an attempt; null: there is room for it. */
  shortage(reserve: Spend, isNewStep: boolean): Shortage | null {
    const { budget } = this;
    if (budget === null) return null;
    for (const amount of budgetAmounts) {
      const limit = budget[amount];
      if (limit === undefined) continue;
      const needed = this.#neededOf(amount, reserve, isNewStep);
      const used = this.#takenOf(amount);
      if (needed > 0 && used + needed > limit) return { amount, used, limit, needed };
    }
    return null;
  }

  /** An attempt begins: what it may use is kept free. One that was cut off before it is charged what was kept free for that. */
  begin(entry: MeteredEntry, reserve: Spend, isNewStep: boolean): RunUsage | null {
    const counts = this.budget !== null || entry.reserved !== null || reserve.tokens > 0 || reserve.cost > 0;
    if (!counts) return null;
    if (entry.reserved !== null) this.#usage = chargeCutOff(this.#usage, entry.reserved);
    entry.reserved = reserve;
    entry.isFresh = true;
    const { steps, attempts } = this.#usage;
    const counted = this.budget === null ? null : { steps: steps + (isNewStep ? 1 : 0), attempts: attempts + 1 };
    this.#usage = { ...reserveSpend(this.#usage, reserve), ...counted };
    return this.#usage;
  }

  /** An attempt ended, and reported this. */
  settle(entry: MeteredEntry, used: Usage | null): RunUsage | null {
    if (entry.reserved === null && used === null) return null;
    const { tokens = 0, cost = 0 } = used ?? {};
    this.#usage = settleSpend(this.#usage, entry.reserved ?? noUsage.reserved, { tokens, cost });
    return this.#over(entry);
  }

  /** What the run will have used when an attempt that reports nothing has begun and ended in one commit. */
  afterWhole(isNewStep: boolean): RunUsage | null {
    const copy = new RunMeter(this.budget, this.#usage, this.#monotonic);
    copy.#running = this.#running;
    copy.#since = this.#since;
    copy.#elapsed = this.#elapsed;
    const entry: MeteredEntry = { reserved: null, isFresh: false };
    copy.begin(entry, noUsage.reserved, isNewStep);
    return copy.settle(entry, null);
  }

  /** An attempt will not be heard of any more: it is charged what was kept free for it, unless it used nothing for sure. */
  cutOff(entry: MeteredEntry): RunUsage | null {
    const { reserved } = entry;
    if (reserved === null) return null;
    if (entry.isFresh) return this.settle(entry, null);
    this.#usage = chargeCutOff(this.#usage, reserved);
    return this.#over(entry);
  }

  /** A handler is about to be entered. */
  entered(entry: MeteredEntry): void {
    entry.isFresh = false;
    if (this.#running === 0) this.#since = this.#monotonic();
    this.#running += 1;
  }

  /** A handler has ended, or is waited for no longer. */
  left(): void {
    this.#lap();
    this.#running -= 1;
  }

  #over(entry: MeteredEntry): RunUsage {
    entry.reserved = null;
    if (this.budget === null) return this.#usage;
    this.#lap();
    const whole = Math.floor(this.#elapsed);
    this.#elapsed -= whole;
    this.#usage = { ...this.#usage, duration: this.#usage.duration + whole };
    return this.#usage;
  }

  #lap(): void {
    if (this.#running === 0) return;
    const now = this.#monotonic();
    this.#elapsed += now - this.#since;
    this.#since = now;
  }

  #takenOf(amount: BudgetAmount): number {
    const { reserved } = this.#usage;
    if (amount === 'tokens' || amount === 'cost') return this.#usage[amount] + reserved[amount];
    return this.#usage[amount];
  }

  #neededOf(amount: BudgetAmount, reserve: Spend, isNewStep: boolean): number {
    if (amount === 'steps') return isNewStep ? 1 : 0;
    return amount === 'tokens' || amount === 'cost' ? Math.max(1, reserve[amount]) : 1;
  }
}
