/**
 * The units of work one evaluation may spend: about one node of an expression, one list element or eight characters each.
 *
 * All of it takes in the order of a second; the biggest transform of a real workflow stays far below.
 */
export const EVALUATION_WORK = 10_000_000;

/** Thrown inside an evaluation that has spent its work; never leaves this folder. */
export class WorkExhausted extends Error {}

interface Evaluation {
  left: number;
  exhausted: boolean;
  readonly memo: Map<string, unknown>;
}

// Evaluation is synchronous, so "the one that is going on" is one variable; nested ones save and restore it.
let current: Evaluation | null = null;

/** Spends work of the evaluation that is going on, and throws `WorkExhausted` once none is left. */
export function spend(units: number): void {
  if (current === null) return;
  current.left -= units;
  if (current.left >= 0) return;
  current.exhausted = true;
  throw new WorkExhausted();
}

/** Spends what reading or making a text of this length takes. */
export function spendText(length: number): void {
  spend(1 + (length >>> 3));
}

/** Tells whether the evaluation that is going on has spent all it may: whatever it still gives is void. */
export function isExhausted(): boolean {
  return current?.exhausted ?? false;
}

/** Makes a value once in the evaluation that is going on; `make` spends what it costs. */
export function oncePerEvaluation<Value>(
  key: string,
  isValue: (value: unknown) => value is Value,
  make: () => Value,
): Value {
  const kept = current?.memo.get(key);
  if (isValue(kept)) return kept;
  const made = make();
  current?.memo.set(key, made);
  return made;
}

/**
 * Runs a function with this much work to spend; whoever runs out gets `WorkExhausted`.
 *
 * CEL's `||`, `&&` and quantifiers swallow the errors of their operands, ours too: that is why the end checks again.
 */
export function withWork<Result>(work: number, run: () => Result): Result {
  const outer = current;
  const evaluation: Evaluation = { left: work, exhausted: false, memo: new Map() };
  current = evaluation;
  try {
    const result = run();
    if (evaluation.exhausted) throw new WorkExhausted();
    return result;
  } finally {
    current = outer;
  }
}
