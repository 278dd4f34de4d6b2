import type { PlanCall, PlanStep } from '../definition/plan.js';

/** One item of a `foreach`. */
export interface Item {
  readonly index: number;
  readonly value: unknown;
}

/** What is attempted as a whole: a step, one item of a `foreach` step, or what stands in for one of these. */
export interface Unit {
  readonly key: string;
  readonly step: PlanStep;
  readonly item: Item | null;
  /** Which time of a step that is repeated, from 1; null for any other. */
  readonly iteration: number | null;
  /** What its attempts call. */
  readonly call: PlanCall;
  /** The unit that failed and whose fallback this is: it gets the result. */
  readonly standsFor: Unit | null;
  /** The completed unit that this one undoes. */
  readonly undoes: Unit | null;
}

/** Tells whether the unit is only the row over others, and has no attempts itself. */
export function isGroup({ step, item, iteration }: Unit): boolean {
  return (step.foreach !== null && item === null) || (step.repeat !== null && iteration === null);
}

/** The unit of a step that is no `foreach`, and of the row that a `foreach` has beside its items'. */
export function stepUnit(step: PlanStep): Unit {
  return { key: step.id, step, item: null, iteration: null, call: step, standsFor: null, undoes: null };
}

/** The unit of one item: `classify[3]`. */
export function itemUnit(step: PlanStep, item: Item): Unit {
  return { key: itemKey(step.id, item.index), step, item, iteration: null, call: step, standsFor: null, undoes: null };
}

/** The unit of one time of a step that is repeated: `poll#2`. */
export function iterationUnit(step: PlanStep, iteration: number): Unit {
  return { ...stepUnit(step), key: iterationKey(step.id, iteration), iteration };
}

/** The step key of one time of a step that is repeated; the first is 1. */
export function iterationKey(stepId: string, iteration: number): string {
  return `${stepId}#${iteration}`;
}

/** The step key of one item of a `foreach`; the first index is 0. */
export function itemKey(stepId: string, index: number): string {
  return `${stepId}[${index}]`;
}
