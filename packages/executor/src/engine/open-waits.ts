import type { Wait } from './batch.js';
import { longTimeout } from './long-timeout.js';
import type { Unit } from './unit.js';

interface OpenWait {
  readonly unit: Unit;
  /** On the store's clock; null: only an outsider ends it. */
  readonly wakeAt: number | null;
  readonly reason: string;
  readonly stop: () => void;
}

/** The waits of a run that its driver has in hand, each with a timer of this process. */
export class OpenWaits {
  readonly #onDue: (unit: Unit) => void;
  readonly #open = new Map<string, OpenWait>();

  constructor(onDue: (unit: Unit) => void) {
    this.#onDue = onDue;
  }

  /** The waits as the next commit may put them down. */
  get all(): readonly Wait[] {
    return [...this.#open.values()].map(({ unit, wakeAt, reason }) => ({ unit, wakeAt, delayMs: null, reason }));
  }

  /** Begins a wait that was committed at `at`. */
  start({ unit, wakeAt, delayMs, reason }: Wait, at: number): void {
    const dueAt = delayMs === null ? wakeAt : at + delayMs;
    const stop = dueAt === null ? () => undefined : longTimeout(() => this.#end(unit), Math.max(0, dueAt - at));
    this.#open.set(unit.key, { unit, wakeAt: dueAt, reason, stop });
  }

  /** Forgets a wait that is over before its timer; nothing for one that is not there. */
  cancel(key: string): void {
    this.#open.get(key)?.stop();
    this.#open.delete(key);
  }

  /** Forgets all waits: their timers never fire. */
  clear(): void {
    for (const { stop } of this.#open.values()) stop();
    this.#open.clear();
  }

  #end(unit: Unit): void {
    this.#open.delete(unit.key);
    this.#onDue(unit);
  }
}
