import type { PlanStep } from '../definition/plan.js';

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
}

/** The unit of a step that is no `foreach`. */
export function stepUnit(step: PlanStep): Unit {
  return { key: step.id, step, item: null };
}

/** The unit of one item: `classify[3]`. */
export function itemUnit(step: PlanStep, item: Item): Unit {
  return { key: itemKey(step.id, item.index), step, item };
}

/** The step key of one item of a `foreach`; the first index is 0. */
export function itemKey(stepId: string, index: number): string {
  return `${stepId}[${index}]`;
}
