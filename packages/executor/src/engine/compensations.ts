import type { Plan, PlanStep } from '../definition/plan.js';
import { resolveList } from '../expressions/resolve-value.js';
import type { Batch } from './batch.js';
import type { Journal } from './journal.js';
import type { RunScope } from './run-scope.js';
import { type Item, itemUnit, iterationKey, iterationUnit, stepUnit, type Unit } from './unit.js';

/** What undoing a run needs of its progress. */
export interface UndoPorts {
  readonly mayStart: () => boolean;
  readonly start: (unit: Unit, batch: Batch) => void;
}

/** Undoes the completed steps of a run that is about to end: one after the other, the newest first. */
export class Compensations {
  readonly #ports: UndoPorts;
  readonly #left: Unit[];
  #current: Unit | null = null;
  #isStarting = false;

  constructor(units: readonly Unit[], ports: UndoPorts) {
    this.#left = [...units].reverse();
    this.#ports = ports;
  }

  get isDone(): boolean {
    return this.#current === null && this.#left.length === 0;
  }

  /** Starts the next one, unless one is under way; a loop, because those that can't even start come back at once. */
  goOn(batch: Batch): void {
    if (this.#isStarting) return;
    this.#isStarting = true;
    while (this.#current === null && this.#left.length > 0 && this.#ports.mayStart()) {
      this.#current = this.#left.pop() ?? null;
      if (this.#current !== null) this.#ports.start(this.#current, batch);
    }
    this.#isStarting = false;
  }

  /** The one under way completed, or failed for good: that is on record, and the others have their turn. */
  over(batch: Batch): void {
    this.#current = null;
    this.goOn(batch);
  }
}

/** What is left to undo of a run, the newest first: completed steps and items whose compensation is not over. */
export function leftToUndo(plan: Plan, journal: Journal, scope: RunScope): readonly Unit[] {
  return (
    plan.steps
      .flatMap((step) => (step.compensate === null ? [] : completedUnits(step, journal, scope)))
      // What a fork has of its source it did not do: who undid it twice would undo it once too often.
      .filter((unit) => completedAs(unit, journal) > 0)
      .sort((one, other) => completedAs(other, journal) - completedAs(one, journal))
      .flatMap((unit) => compensationUnit(unit) ?? [])
      .filter(({ key }) => {
        const status = journal.get(key)?.status;
        return status !== 'completed' && status !== 'failed';
      })
  );
}

/** The unit that undoes another: `book/compensate`, `book[3]/compensate`; null when nothing does. */
export function compensationUnit(of: Unit): Unit | null {
  const call = of.step.compensate;
  return call === null ? null : { ...of, key: `${of.key}/compensate`, call, undoes: of };
}

function completedUnits(step: PlanStep, journal: Journal, scope: RunScope): readonly Unit[] {
  if (step.repeat !== null) return iterationUnits(step, journal);
  const units = step.foreach === null ? [stepUnit(step)] : itemUnits(step, journal, scope);
  return units.filter(({ key }) => journal.get(key)?.status === 'completed');
}

function iterationUnits(step: PlanStep, journal: Journal): readonly Unit[] {
  const units: Unit[] = [];
  for (let time = 1; journal.get(iterationKey(step.id, time))?.status === 'completed'; time += 1)
    units.push(iterationUnit(step, time));
  return units;
}

/** The list is made again when an item's value is asked for: most compensations go by results, and need none. */
function itemUnits(step: PlanStep, journal: Journal, scope: RunScope): readonly Unit[] {
  let items: readonly unknown[] | null = null;
  const list = (): readonly unknown[] => {
    items ??= step.foreach === null ? [] : resolveList(step.foreach, scope.forUnit(stepUnit(step)));
    return items;
  };
  const count = journal.get(step.id)?.itemCount ?? 0;
  return Array.from({ length: count }, (_, index) => {
    const item: Item = {
      index,
      get value() {
        return list()[index] ?? null;
      },
    };
    return itemUnit(step, item);
  });
}

function completedAs({ key }: Unit, journal: Journal): number {
  return journal.get(key)?.completedAs ?? 0;
}
