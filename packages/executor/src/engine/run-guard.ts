import type { Budget, RunUsage, Spend, StoredError } from '@sisyphus-state/schema';
import type { JsonText, PotShortage, Shortage } from '@sisyphus-state/store';
import { type BreakerLimits, breakerOf } from '../definition/breaker-of.js';
import type { Batch, Wait } from './batch.js';
import { Breaker, type Deadlock, errorText, type Streak } from './breaker.js';
import type { JournalEntry } from './journal.js';
import { RunMeter } from './run-meter.js';
import type { Unit } from './unit.js';

/** How long to wait for room in a pot at first, and at most: other attempts may end at any time. */
const firstWaitMs = 250;
const longestWaitMs = 32_000;

/** What a run is held to, and what it has used of it. */
export interface RunBounds {
  readonly budget?: Budget | null;
  readonly usage?: RunUsage;
  /** Its attempts draw on pots, its own or its ancestors'. */
  readonly isShared?: boolean;
  readonly breaker?: BreakerLimits;
}

/** Why the engine pauses a run: in a word, and with what shows it. */
export interface Halt {
  readonly reason: 'budget_exhausted' | 'blocked';
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * Keeps a run within its budget, and tells when it gets nowhere.
 *
 * It starts and stops nothing: units that may not start are held here, and the run is paused when nothing that is under
 * way can let them go on. What undoes a run is bound by nothing.
 */
export class RunGuard {
  readonly meter: RunMeter;
  readonly breaker: Breaker;
  #held: Unit[] = [];
  #refusal: PotShortage | null = null;
  /** The key of the unit that the run waits with for room. */
  #waiting: string | null = null;
  #waits: number;
  #shortage: (Shortage & { readonly stepKey: string }) | null = null;
  #deadlock: (Deadlock & { readonly stepKey: string; readonly error: Halt['details'] | null }) | null = null;

  constructor(
    { breaker = breakerOf(undefined), ...bounds }: RunBounds,
    readStreaks: () => ReadonlyMap<string, Streak>,
    isResumed = false,
  ) {
    // One that was parked meanwhile is taken for as long a wait again: each claim is two lines in its log.
    this.#waits = isResumed ? Math.log2(longestWaitMs / firstWaitMs) : 0;
    this.meter = new RunMeter(bounds);
    this.breaker = new Breaker(breaker, readStreaks);
  }

  /** Whether an attempt of a unit may begin; they begin in the order in which they come here. */
  admits(unit: Unit, entry: Pick<JournalEntry, 'attempts'>, reserve: Spend): boolean {
    if (unit.undoes !== null) return true;
    if (this.#deadlock !== null || this.#held.length > 0) return false;
    const shortage = this.meter.shortage(reserve, entry.attempts === 0 && unit.standsFor === null);
    this.#shortage = shortage === null ? null : { ...shortage, stepKey: unit.key };
    return shortage === null;
  }

  /** Keeps a unit that was not admitted. */
  hold(unit: Unit): void {
    this.#held.push(unit);
  }

  /** The units to try again, for something was settled. */
  takeHeld(batch: Batch): readonly Unit[] {
    if (this.#deadlock !== null || this.#held.length === 0) return none;
    if (this.#waiting !== null) batch.ended.push(this.#waiting);
    this.#waiting = null;
    this.#refusal = null;
    return this.#held.splice(0);
  }

  isHeld(unit: Unit): boolean {
    return this.#held.some(({ key }) => key === unit.key);
  }

  /** The store refused what these units were to begin with: other runs had drawn on the same pot. */
  refuse(units: readonly Unit[], shortage: PotShortage): void {
    this.#held.unshift(...units);
    this.#refusal = shortage;
  }

  /** What a run with nothing under way waits with for other runs to leave room in a pot; null: for nothing, or it waits already. */
  waitForRoom(): Wait | null {
    const [unit] = this.#held;
    if (unit === undefined || this.#waiting !== null || this.#refusal?.isPassing !== true) return null;
    this.#waiting = unit.key;
    this.#waits += 1;
    const delayMs = Math.min(firstWaitMs * 2 ** (this.#waits - 1), longestWaitMs);
    return { unit, wakeAt: null, delayMs, reason: `budget:${unit.key}` };
  }

  /** Why the run goes no further once nothing is under way; null: it does. */
  get halt(): Halt | null {
    if (this.#deadlock !== null) return { reason: 'blocked', details: { ...this.#deadlock } };
    if (this.#held.length === 0) return null;
    if (this.#refusal !== null)
      return this.#refusal.isPassing ? null : { reason: 'budget_exhausted', details: { ...this.#refusal } };
    if (this.#shortage === null) return null;
    return { reason: 'budget_exhausted', details: { ...this.#shortage } };
  }

  /** Takes a result in; says how many times in a row it came, null where nobody counts. */
  sawOutput(unit: Unit, { inputHash }: JournalEntry, result: JsonText | null): number | null {
    const { id: stepId } = unit.step;
    if (unit.undoes !== null) return null;
    if (!this.breaker.watches('output')) {
      if (this.breaker.watches('error')) this.breaker.reset({ stepId, inputHash });
      return null;
    }
    const seen = this.breaker.add({ stepId, inputHash, kind: 'output', text: result ?? 'null' }, 1);
    if (seen.deadlock !== null) this.#deadlock = { ...seen.deadlock, stepKey: unit.key, error: null };
    return seen.count;
  }

  /** Takes a failed attempt in; `isBlocked` says that it was one too many. */
  sawError(
    unit: Unit,
    { inputHash }: JournalEntry,
    error: StoredError,
  ): { readonly count: number | null; readonly isBlocked: boolean } {
    if (unit.undoes !== null || !this.breaker.watches('error')) return { count: null, isBlocked: false };
    const outcome = { stepId: unit.step.id, inputHash, kind: 'error', text: errorText(error) } as const;
    const { count, deadlock } = this.breaker.add(outcome, unit.call.retry.attempts);
    if (deadlock === null) return { count, isBlocked: false };
    const { name, code, message } = error;
    this.#deadlock = { ...deadlock, stepKey: unit.key, error: { name, code, message } };
    return { count, isBlocked: true };
  }
}

const none: readonly Unit[] = Object.freeze([]);
