import { sha256 } from '@sisyphus-state/store';
import type { PlanStep } from '../definition/plan.js';
import { StepValueError } from '../errors.js';
import type { CompiledValue } from '../expressions/compile-value.js';
import { resolveList } from '../expressions/resolve-value.js';
import type { Scope } from '../expressions/scope.js';
import type { Batch } from './batch.js';
import { ForeachGroup } from './foreach-group.js';
import type { StepRecorder } from './step-recorder.js';
import { itemUnit, stepUnit, type Unit } from './unit.js';

/** What `foreach` steps need of the run's progress. */
export interface ForeachPorts {
  readonly scopeOf: (unit: Unit) => Scope;
  /** Whether anything may start: the run is not about to end. */
  readonly mayStart: () => boolean;
  readonly start: (unit: Unit, batch: Batch) => void;
  /** Whether an item is over, with a result or, where that is allowed, without. */
  readonly isOver: (unit: Unit) => boolean;
  /** All items are over, which is recorded. */
  readonly completed: (step: PlanStep, batch: Batch) => void;
}

/** The `foreach` steps of a run that are under way. */
export class ForeachSteps {
  readonly #recorder: StepRecorder;
  readonly #ports: ForeachPorts;
  readonly #groups = new Map<string, ForeachGroup>();

  constructor(recorder: StepRecorder, ports: ForeachPorts) {
    this.#recorder = recorder;
    this.#ports = ports;
  }

  /** Begins a step, or goes on with one; throws when its list can't be made, or is another than it began with. */
  open(step: PlanStep, foreach: CompiledValue, batch: Batch): void {
    const unit = stepUnit(step);
    const items = resolveList(foreach, this.#ports.scopeOf(unit));
    const entry = this.#recorder.entryOf(unit);
    const { itemCount } = entry;
    if (itemCount !== null && itemCount !== items.length)
      throw new StepValueError(
        `The "foreach" of step "${step.id}" began with ${itemCount} items and now has ${items.length}.`,
      );
    entry.itemCount = items.length;
    if (entry.status !== 'running') this.#recorder.begin(unit, sha256(JSON.stringify(items)), batch);
    const group = new ForeachGroup(step, items, (item) => this.#ports.isOver(itemUnit(step, item)));
    this.#groups.set(step.id, group);
    this.#goOn(group, batch);
  }

  /** One of the running items is over. */
  itemOver(step: PlanStep, batch: Batch): void {
    const group = this.#groups.get(step.id);
    if (group === undefined) return;
    group.itemOver();
    this.#goOn(group, batch);
  }

  /** Items that are over as soon as they start come back here: a loop, because there may be thousands of them. */
  #goOn(group: ForeachGroup, batch: Batch): void {
    if (group.isStarting) return;
    group.isStarting = true;
    for (let item = this.#next(group); item !== null; item = this.#next(group))
      this.#ports.start(itemUnit(group.step, item), batch);
    group.isStarting = false;
    if (!group.isDone) return;
    this.#groups.delete(group.step.id);
    this.#recorder.complete(group.step.id, null, null, batch);
    this.#ports.completed(group.step, batch);
  }

  #next(group: ForeachGroup) {
    return this.#ports.mayStart() ? group.takeStartable() : null;
  }
}
