/** Answers whether a step needs another, directly or through others. */
export type NeedsClosure = (step: number, needed: number) => boolean;

/**
 * Prepares answers about what steps need through others, given what each needs directly and an order that puts needs first.
 *
 * Steps with one need form trees, answered from a numbering in constant time, so that a chain of 20,000 steps takes linear
 * time and memory. Only a step with several needs gets a set of its own: a bit for each step.
 */
export function closeNeeds(needs: readonly (readonly number[])[], order: readonly number[]): NeedsClosure {
  const forest = growForest(needs, order);
  const sets = new Map<number, Uint32Array>();
  // In this order the sets that another is joined of are there already.
  for (const step of order)
    if ((needs[step]?.length ?? 0) > 1) sets.set(step, joinSets(needs[step] ?? [], needs.length, forest, sets));
  return (step, needed) => {
    if (step !== needed && isAbove(forest, needed, step)) return true;
    const set = sets.get(forest.root[step] ?? step);
    return set !== undefined && ((set[needed >>> 5] ?? 0) & (1 << (needed & 31))) !== 0;
  };
}

interface Forest {
  /** The one need of a step, or -1. */
  readonly parent: Int32Array;
  /** The top of a step's chain of single needs: it has no need, or several. */
  readonly root: Int32Array;
  /** A step is above another, or is it, when its two numbers enclose the other's first. */
  readonly enter: Int32Array;
  readonly leave: Int32Array;
}

function growForest(needs: readonly (readonly number[])[], order: readonly number[]): Forest {
  const make = (): Int32Array => new Int32Array(needs.length).fill(-1);
  const forest: Forest = { parent: make(), root: make(), enter: make(), leave: make() };
  const children: number[][] = needs.map(() => []);
  for (const step of order) {
    const [only = -1, ...others] = needs[step] ?? [];
    const parent = others.length === 0 ? only : -1;
    forest.parent[step] = parent;
    forest.root[step] = parent === -1 ? step : (forest.root[parent] ?? parent);
    children[parent]?.push(step);
  }
  enumerate(forest, children, order);
  return forest;
}

function enumerate(forest: Forest, children: readonly (readonly number[])[], order: readonly number[]): void {
  let next = 0;
  const open = order.filter((step) => forest.parent[step] === -1);
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    if (forest.enter[step] === -1) {
      forest.enter[step] = next++;
      // Met again once all that hangs below it has its numbers.
      open.push(step);
      for (const child of children[step] ?? []) open.push(child);
    } else forest.leave[step] = next;
  }
}

function isAbove(forest: Forest, upper: number, step: number): boolean {
  const enter = forest.enter[step] ?? -1;
  return (forest.enter[upper] ?? 0) <= enter && enter < (forest.leave[upper] ?? 0);
}

function joinSets(
  list: readonly number[],
  size: number,
  forest: Forest,
  sets: ReadonlyMap<number, Uint32Array>,
): Uint32Array {
  const set = new Uint32Array(Math.ceil(size / 32));
  for (const need of list) {
    for (let each = need; each !== -1; each = forest.parent[each] ?? -1) {
      set[each >>> 5] = (set[each >>> 5] ?? 0) | (1 << (each & 31));
    }
    const further = sets.get(forest.root[need] ?? need);
    if (further !== undefined)
      for (let word = 0; word < set.length; word++) set[word] = (set[word] ?? 0) | (further[word] ?? 0);
  }
  return set;
}
