import type { PlanStep } from '../definition/plan.js';
import type { Journal } from './journal.js';
import { type Item, itemKey } from './unit.js';

/** A `foreach` step under way: which items are done, and which may start. */
export class ForeachGroup {
  readonly step: PlanStep;
  readonly #items: readonly unknown[];
  readonly #journal: Journal;
  #next = 0;
  #running = 0;
  #completed = 0;

  constructor(step: PlanStep, items: readonly unknown[], journal: Journal) {
    this.step = step;
    this.#items = items;
    this.#journal = journal;
    for (let index = 0; index < items.length; index++) {
      if (journal.get(itemKey(step.id, index))?.status === 'completed') this.#completed += 1;
    }
  }

  get isDone(): boolean {
    return this.#completed === this.#items.length;
  }

  /** The items that may start now: not recorded as completed, and no more at once than the step allows. */
  takeStartable(): Item[] {
    const items: Item[] = [];
    while (this.#running < this.step.concurrency && this.#next < this.#items.length) {
      const index = this.#next++;
      if (this.#journal.get(itemKey(this.step.id, index))?.status === 'completed') continue;
      this.#running += 1;
      items.push({ index, value: this.#items[index] });
    }
    return items;
  }

  /** One of the running items completed. */
  complete(): void {
    this.#running -= 1;
    this.#completed += 1;
  }
}

/** A `foreach`'s output: its items' results in order, `null` for an item without one. */
export function collectOutput(step: PlanStep, itemCount: number, journal: Journal): readonly unknown[] {
  return Array.from({ length: itemCount }, (_, index) => journal.get(itemKey(step.id, index))?.result ?? null);
}
