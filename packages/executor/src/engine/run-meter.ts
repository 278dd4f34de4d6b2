import { type Budget, noUsage, type RunUsage, type Spend } from '@sisyphus-state/schema';
import {
  chargeCutOff,
  reserveSpend,
  type Shortage,
  settleSpend,
  shiftUsage,
  shortageOf,
  type Usage,
} from '@sisyphus-state/store';

/** What is kept free for the attempt of a step; null: nothing is counted of it. */
export interface MeteredEntry {
  reserved: Spend | null;
  /** Its attempt began here and its handler was not entered yet: it has used nothing. */
  isFresh: boolean;
}

/** What a run is counted by. */
export interface MeterOptions {
  readonly budget?: Budget | null;
  readonly usage?: RunUsage;
  /** It draws on pots, be it that it has no budget of its own. */
  readonly isShared?: boolean;
  /** Milliseconds that only go forward; default `performance.now()`. */
  readonly monotonic?: () => number;
}

/**
 * Counts what a run uses, for the changes that put it down; nothing here is kept but by them.
 *
 * A run without a budget counts tokens and cost only, and only where a handler reports or a step reserves some.
 */
export class RunMeter {
  readonly budget: Budget | null;
  /** There is a budget to draw on, its own or an ancestor's: all is counted. */
  readonly isMetered: boolean;
  readonly #monotonic: () => number;
  #usage: RunUsage;
  #running = 0;
  #since = 0;
  /** Time with an attempt running that no change says yet. */
  #elapsed = 0;

  constructor({
    budget = null,
    usage = noUsage,
    isShared = false,
    monotonic = () => performance.now(),
  }: MeterOptions = {}) {
    this.budget = budget;
    this.isMetered = budget !== null || isShared;
    this.#usage = usage;
    this.#monotonic = monotonic;
  }

  get usage(): RunUsage {
    return this.#usage;
  }

  /** What stands in the way of an attempt; null: there is room for it. */
  shortage(reserve: Spend, isNewStep: boolean): Shortage | null {
    return this.budget === null ? null : shortageOf(this.budget, this.#usage, { reserve, isNewStep });
  }

  /** An attempt begins: what it may use is kept free. One that was cut off before it is charged what was kept free for that. */
  begin(entry: MeteredEntry, reserve: Spend, isNewStep: boolean): RunUsage | null {
    const counts = this.isMetered || entry.reserved !== null || reserve.tokens > 0 || reserve.cost > 0;
    if (!counts) return null;
    if (entry.reserved !== null) this.#usage = chargeCutOff(this.#usage, entry.reserved);
    entry.reserved = reserve;
    entry.isFresh = true;
    const { steps, attempts } = this.#usage;
    const counted = !this.isMetered ? null : { steps: steps + (isNewStep ? 1 : 0), attempts: attempts + 1 };
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

  /** What began between two usages did not begin after all. */
  takeBack(from: RunUsage, to: RunUsage): void {
    this.#usage = shiftUsage(this.#usage, to, from);
  }

  /** What the run will have used when an attempt that reports nothing has begun and ended in one commit. */
  afterWhole(isNewStep: boolean): RunUsage | null {
    const copy = new RunMeter({
      budget: this.budget,
      usage: this.#usage,
      isShared: this.isMetered,
      monotonic: this.#monotonic,
    });
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
    if (!this.isMetered) return this.#usage;
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
}
