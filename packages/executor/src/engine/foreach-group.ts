import type { PlanStep } from '../definition/plan.js';
import type { Journal } from './journal.js';
import { type Item, itemKey } from './unit.js';

/** A `foreach` step under way: which items are over, and which may start. */
export class ForeachGroup {
  readonly step: PlanStep;
  /** Items of it are being started: what is over meanwhile starts nothing itself. */
  isStarting = false;
  readonly #items: readonly unknown[];
  readonly #over: readonly boolean[];
  #next = 0;
  #running = 0;
  #left: number;

  /** `isOver` tells of the items that the journal has. */
  constructor(step: PlanStep, items: readonly unknown[], isOver: (item: Item) => boolean) {
    this.step = step;
    this.#items = items;
    this.#over = items.map((value, index) => isOver({ index, value }));
    this.#left = this.#over.filter((over) => !over).length;
  }

  get isDone(): boolean {
    return this.#left === 0;
  }

  /** The next item that may start now; null when there is none, or no more may run at once. */
  takeStartable(): Item | null {
    if (this.#running >= this.step.concurrency) return null;
    while (this.#next < this.#items.length) {
      const index = this.#next++;
      if (this.#over[index] === true) continue;
      this.#running += 1;
      return { index, value: this.#items[index] };
    }
    return null;
  }

  /** One of the running items is over. */
  itemOver(): void {
    this.#running -= 1;
    this.#left -= 1;
  }
}

/** A `foreach`'s output: its items' results in order, `null` for an item without one. */
export function collectOutput(step: PlanStep, itemCount: number, journal: Journal): readonly unknown[] {
  return Array.from({ length: itemCount }, (_, index) => journal.get(itemKey(step.id, index))?.result ?? null);
}
