import { dependentsOf } from '../definition/dependents-of.js';
import type { Plan, PlanStep } from '../definition/plan.js';

/** Which step comes next: counts for each step what it still waits for, so that a settled step costs its dependents only. */
export class Walk {
  readonly #plan: Plan;
  readonly #waitingFor: number[];
  readonly #skipped = new Set<number>();
  readonly #dependents: readonly (readonly number[])[];
  #ready: PlanStep[] = [];
  #unsettled: number;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#unsettled = plan.steps.length;
    this.#waitingFor = plan.steps.map((step) => step.needs.length);
    this.#dependents = dependentsOf(plan);
    for (const step of plan.steps) if (step.needs.length === 0) this.#ready.push(step);
  }

  /** No step is left to run or to wait for. */
  get isDone(): boolean {
    return this.#unsettled === 0;
  }

  /** The steps whose needs are all settled since the last call, in definition order. */
  takeReady(): readonly PlanStep[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready.length > 1 ? ready.sort((a, b) => a.index - b.index) : ready;
  }

  /** Marks a step as completed or skipped; what waited only for it becomes ready. */
  settle(index: number, how: 'completed' | 'skipped'): void {
    this.#unsettled -= 1;
    if (how === 'skipped') this.#skipped.add(index);
    for (const dependent of this.#dependents[index] ?? []) {
      const left = (this.#waitingFor[dependent] ?? 0) - 1;
      this.#waitingFor[dependent] = left;
      const step = this.#plan.steps[dependent];
      if (left === 0 && step !== undefined) this.#ready.push(step);
    }
  }

  /** The need whose being skipped makes this step be skipped too, or null. */
  skippedNeed(step: PlanStep): string | null {
    const need = step.needs.find(({ index, optional }) => !optional && this.#skipped.has(index));
    return need === undefined ? null : (this.#plan.steps[need.index]?.id ?? null);
  }
}
