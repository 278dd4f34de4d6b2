/** All that steps need, directly or through others. */
export interface NeedsClosure {
  /** Tells whether a step needs another, directly or through others. */
  has(step: number, needed: number): boolean;
  /** All that a step needs, in definition order. Made anew each time: for a long chain follow `extends` instead. */
  list(step: number): readonly number[];
  /**
   * The one step whose own needs, with itself as the last, are all that this step needs; null when there is none such.
   *
   * A context can then be built on that step's, so a chain of n steps takes n merges and not n².
   */
  extends(step: number): number | null;
}

/**
 * Computes what steps need through others, given what each needs directly and an order that puts needs first.
 *
 * Steps with one need form trees, answered from a numbering in constant time; only a step with several needs gets a set
 * (a bit for each step) when it is first asked about.
 */
export function closeNeeds(needs: readonly (readonly number[])[], order: readonly number[]): NeedsClosure {
  const forest = growForest(needs, order);
  const sets = new Map<number, Uint32Array>();
  const setOf = (root: number): Uint32Array => {
    const known = sets.get(root);
    if (known !== undefined) return known;
    const set = joinSets(needs, forest, root, setOf);
    sets.set(root, set);
    return set;
  };
  // In order, so that no set has to make another one first: that would recurse once for each step.
  let prepared = false;
  const prepare = (): void => {
    if (prepared) return;
    prepared = true;
    for (const step of order) if ((needs[step]?.length ?? 0) > 1) setOf(step);
  };
  return {
    has: (step, needed) => {
      if (step !== needed && isAbove(forest, needed, step)) return true;
      prepare();
      return hasBit(setOf(forest.root[step] ?? step), needed);
    },
    list: (step) => {
      prepare();
      return [...bitsOf(setOf(forest.root[step] ?? step)), ...above(forest, step)].sort((left, right) => left - right);
    },
    extends: (step) => {
      const [only, ...others] = needs[step] ?? [];
      return only !== undefined && others.length === 0 && only > (forest.highest[only] ?? -1) ? only : null;
    },
  };
}

interface Forest {
  /** The one need of a step, or -1. */
  readonly parent: Int32Array;
  /** The top of a step's chain of single needs. */
  readonly root: Int32Array;
  /** The last of all that a step needs, or -1. */
  readonly highest: Int32Array;
  /** A step is above another when its numbers enclose the other's. */
  readonly enter: Int32Array;
  readonly leave: Int32Array;
}

function growForest(needs: readonly (readonly number[])[], order: readonly number[]): Forest {
  const make = (): Int32Array => new Int32Array(needs.length).fill(-1);
  const forest = { parent: make(), root: make(), highest: make(), enter: make(), leave: make() };
  const children: number[][] = needs.map(() => []);
  for (const step of order) {
    const list = needs[step] ?? [];
    const [only] = list;
    forest.highest[step] = Math.max(-1, ...list.map((need) => Math.max(need, forest.highest[need] ?? -1)));
    const parent = list.length === 1 && only !== undefined ? only : -1;
    forest.parent[step] = parent;
    forest.root[step] = parent === -1 ? step : (forest.root[parent] ?? parent);
    children[parent]?.push(step);
  }
  number(forest, children, order);
  return forest;
}

function number(forest: Forest, children: readonly (readonly number[])[], order: readonly number[]): void {
  let next = 0;
  const open: number[] = order.filter((step) => forest.parent[step] === -1);
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    if (forest.enter[step] !== -1) {
      forest.leave[step] = next;
      continue;
    }
    forest.enter[step] = next++;
    // Met again once all that hangs below it has been numbered.
    open.push(step, ...(children[step] ?? []));
  }
}

function isAbove(forest: Forest, upper: number, step: number): boolean {
  const enter = forest.enter[step] ?? -1;
  return (forest.enter[upper] ?? 0) <= enter && enter < (forest.leave[upper] ?? 0);
}

/** The steps above one in its chain, nearest first. */
function above(forest: Forest, step: number): readonly number[] {
  const found: number[] = [];
  for (let upper = forest.parent[step] ?? -1; upper !== -1; upper = forest.parent[upper] ?? -1) found.push(upper);
  return found;
}

function joinSets(
  needs: readonly (readonly number[])[],
  forest: Forest,
  step: number,
  setOf: (root: number) => Uint32Array,
): Uint32Array {
  const set = new Uint32Array(Math.ceil(needs.length / 32));
  const list = needs[step] ?? [];
  // A root without needs has an empty set.
  if (list.length < 2) return set;
  for (const need of list) {
    for (const each of [need, ...above(forest, need)]) set[each >>> 5] = (set[each >>> 5] ?? 0) | (1 << (each & 31));
    const further = setOf(forest.root[need] ?? need);
    for (let word = 0; word < set.length; word++) set[word] = (set[word] ?? 0) | (further[word] ?? 0);
  }
  return set;
}

function hasBit(set: Uint32Array, bit: number): boolean {
  return ((set[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
}

function bitsOf(set: Uint32Array): readonly number[] {
  const bits: number[] = [];
  for (let word = 0; word < set.length; word++) {
    for (let left = set[word] ?? 0; left !== 0; left &= left - 1) bits.push(word * 32 + (31 - Math.clz32(left & -left)));
  }
  return bits;
}
