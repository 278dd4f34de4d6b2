import type { PlanCall, PlanStep } from '../definition/plan.js';

/** One item of a `foreach`. */
export interface Item {
  readonly index: number;
  readonly value: unknown;
}

/** What is attempted as a whole: a step, or one item of a `foreach` step. */
export interface Unit {
  readonly key: string;
  readonly step: PlanStep;
  readonly item: Item | null;
  /** What its attempts call. */
  readonly call: PlanCall;
}

/** The unit of a step that is no `foreach`, and of the row that a `foreach` has beside its items'. */
export function stepUnit(step: PlanStep): Unit {
  return { key: step.id, step, item: null, call: step };
}

/** The unit of one item: `classify[3]`. */
export function itemUnit(step: PlanStep, item: Item): Unit {
  return { key: itemKey(step.id, item.index), step, item, call: step };
}

/** The step key of one item of a `foreach`; the first index is 0. */
export function itemKey(stepId: string, index: number): string {
  return `${stepId}[${index}]`;
}
