import { checkDefinition } from '../../definition/check-definition.js';
import { compileDefinition } from '../../definition/compile-definition.js';
import type { StepDefinition } from '../../definition/definition.js';
import type { Plan, PlanStep } from '../../definition/plan.js';

/** A step as a test writes it. */
export type StepAsWritten = Partial<StepDefinition> & { readonly id: string };

/** The plan of a workflow of these steps; a step without a type is of type `t`. */
export function planOf(steps: readonly StepAsWritten[], workflow: object = {}): Plan {
  return compileDefinition(
    checkDefinition({ name: 'w', steps: steps.map((step) => ({ type: 't', ...step })), ...workflow }),
  );
}

/** A chain of steps, one after the other: `s0`, `s1`, …; not checked, because it may be long. */
export function longPlan(count: number, more: (index: number) => object = () => ({})): Plan {
  const steps = Array.from({ length: count }, (_, index) => ({ id: `s${index}`, type: 't', ...more(index) }));
  return compileDefinition({ name: 'long', steps });
}

/** A step of a plan by its id. */
export function stepIn(plan: Plan, id: string): PlanStep {
  const step = plan.byId.get(id);
  if (step === undefined) throw new Error(`The plan has no step ${id}.`);
  return step;
}
