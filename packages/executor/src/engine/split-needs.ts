import type { Plan, PlanStep } from '../definition/plan.js';

/** What a step transitively needs: one step with all that it needs itself, and the rest, in definition order, all after it. */
export interface SplitNeeds {
  /** Null: the rest is all. */
  readonly base: number | null;
  readonly rest: number[];
}

/** With more open branches than this they are not compared: finding a base would cost more than it saves. */
const maxOpen = 8;
const maxVisited = 64;

/** Splits the needs of a step; for plans whose needs point back only. The base stands as late as is found with little looking. */
export function splitNeeds(plan: Plan, step: PlanStep): SplitNeeds {
  const [only] = step.needs;
  // A step of a chain, which most are.
  if (only !== undefined && step.needs.length === 1) return { base: only.index, rest: [] };
  const open = sortedUnique(step.needs.map(({ index }) => index));
  const isOpen = new Set(open);
  const rest: number[] = [];
  for (let last = open.pop(); last !== undefined; last = open.pop()) {
    if (covers(plan, last, open)) return { base: last, rest: rest.reverse() };
    rest.push(last);
    for (const { index } of plan.steps[last]?.needs ?? []) {
      if (isOpen.has(index)) continue;
      isOpen.add(index);
      insert(open, index);
    }
  }
  return { base: null, rest: rest.reverse() };
}

/** Everything a step transitively needs, in definition order. */
export function transitiveNeeds(plan: Plan, step: PlanStep): number[] {
  const found = new Set<number>();
  const open = step.needs.map(({ index }) => index);
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (found.has(index)) continue;
    found.add(index);
    for (const need of plan.steps[index]?.needs ?? []) open.push(need.index);
  }
  return sortedUnique([...found]);
}

const pointBack = new WeakMap<Plan, boolean>();

/** Whether every step needs only steps that are written before it: then definition order is an order of execution. */
export function needsPointBack(plan: Plan): boolean {
  const known = pointBack.get(plan);
  if (known !== undefined) return known;
  const made = plan.steps.every((step) => step.needs.every(({ index }) => index < step.index));
  pointBack.set(plan, made);
  return made;
}

/** Whether a step is known to need all the others, which stand before it, ascending; false when that is not soon found. */
function covers(plan: Plan, index: number, others: readonly number[]): boolean {
  const [lowest] = others;
  if (lowest === undefined) return true;
  if (others.length > maxOpen) return false;
  const wanted = new Set(others);
  const seen = new Set([index]);
  // Grows while it is walked.
  for (const visited of seen) {
    for (const need of plan.steps[visited]?.needs ?? []) {
      if (need.index < lowest || seen.size > maxVisited) continue;
      seen.add(need.index);
      wanted.delete(need.index);
    }
    if (wanted.size === 0) return true;
  }
  return false;
}

function sortedUnique(indexes: readonly number[]): number[] {
  return [...new Set(indexes)].sort((a, b) => a - b);
}

/** Puts an index where it belongs; most belong near the end. */
function insert(ascending: number[], index: number): void {
  let place = ascending.length;
  while (place > 0 && (ascending[place - 1] ?? 0) > index) place -= 1;
  ascending.splice(place, 0, index);
}
