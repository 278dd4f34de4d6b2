import type { Plan } from './plan.js';

const cache = new WeakMap<Plan, readonly (readonly number[])[]>();

/** The indexes of the steps that directly need each step, by its index. */
export function dependentsOf(plan: Plan): readonly (readonly number[])[] {
  const known = cache.get(plan);
  if (known !== undefined) return known;
  const dependents: number[][] = plan.steps.map(() => []);
  for (const step of plan.steps) for (const { index } of step.needs) dependents[index]?.push(step.index);
  cache.set(plan, dependents);
  return dependents;
}

/** These steps and all that need them, directly or through others. */
export function withDependents(plan: Plan, ids: Iterable<string>): ReadonlySet<string> {
  const dependents = dependentsOf(plan);
  const found = new Set<number>();
  const open = [...ids].flatMap((id) => plan.byId.get(id)?.index ?? []);
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (found.has(index)) continue;
    found.add(index);
    for (const dependent of dependents[index] ?? []) open.push(dependent);
  }
  return new Set([...found].flatMap((index) => plan.steps[index]?.id ?? []));
}
