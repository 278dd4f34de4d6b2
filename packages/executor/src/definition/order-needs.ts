import type { Need } from './resolve-needs.js';

/** The steps in an order in which each comes after all it needs, and the cycles that some steps stand in. */
export interface NeedsOrder {
  /** Steps of a cycle, and steps that need one, are not in it. */
  readonly order: readonly number[];
  /** Each as the steps on it: every one needs the next, the last needs the first. */
  readonly cycles: readonly (readonly number[])[];
}

const MAX_CYCLES = 10;

/** Orders steps by their needs; takes time linear in the needs for each cycle there is, and reports at most ten. */
export function orderNeeds(needs: readonly (readonly Need[])[]): NeedsOrder {
  const cycles: (readonly number[])[] = [];
  const broken = new Set<number>();
  for (;;) {
    const order = sortSteps(needs, broken);
    if (order.length === needs.length || cycles.length === MAX_CYCLES) {
      return { order: cycles.length === 0 ? order : sortSteps(needs, new Set()), cycles };
    }
    const cycle = findCycle(needs, new Set(order), broken);
    cycles.push(cycle);
    for (const step of cycle) broken.add(step);
  }
}

/** Kahn's algorithm; the needs of a step in `broken` don't count. */
function sortSteps(needs: readonly (readonly Need[])[], broken: ReadonlySet<number>): readonly number[] {
  const dependents: number[][] = needs.map(() => []);
  const missing = needs.map((list, step) => {
    if (broken.has(step)) return 0;
    for (const need of list) dependents[need.index]?.push(step);
    return list.length;
  });
  const order = missing.flatMap((count, step) => (count === 0 ? [step] : []));
  // Grows while it is walked.
  for (const done of order) {
    for (const step of dependents[done] ?? []) {
      const left = (missing[step] ?? 0) - 1;
      missing[step] = left;
      if (left === 0) order.push(step);
    }
  }
  return order;
}

/** Walks from need to need among the steps that could not be ordered, until it meets one again. */
function findCycle(
  needs: readonly (readonly Need[])[],
  ordered: ReadonlySet<number>,
  broken: ReadonlySet<number>,
): readonly number[] {
  const path: number[] = [];
  const places = new Map<number, number>();
  let step = needs.findIndex((_, index) => !ordered.has(index) && !broken.has(index));
  while (!places.has(step)) {
    places.set(step, path.length);
    path.push(step);
    // A step is left unordered only because one of its needs is.
    step = needs[step]?.find((need) => !ordered.has(need.index))?.index ?? step;
  }
  return path.slice(places.get(step));
}
