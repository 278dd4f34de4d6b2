import type { Plan, PlanStep } from '../definition/plan.js';
import { isPlainObject } from './deep-freeze.js';
import type { Journal } from './journal.js';
import { needsPointBack, splitNeeds, transitiveNeeds } from './split-needs.js';

type Context = Readonly<Record<string, unknown>>;

const empty: Context = Object.freeze({});
const rememberedContexts = 64;

/**
 * Computes contexts: the input, then the plain-object results of the steps that a step transitively needs, in
 * definition order; `foreach` steps, arrays and texts do not merge.
 *
 * A context extends that of a step before it wherever the needs allow it, so that along a chain, or through branches that
 * part and meet, nothing is gathered twice.
 *
 * A context is a frozen object of its own and takes as long to make as it has keys. A handler of `defineHandler` that does
 * not ask for it pays nothing; a plain function always gets it, so a chain of thousands of steps whose results have
 * different keys costs such functions the square. A Proxy over layers would not: but `structuredClone` refuses one, and
 * `console.log` shows it empty.
 */
export class ContextBuilder {
  readonly #plan: Plan;
  readonly #journal: Journal;
  readonly #start: Context;
  /** Contexts after a step, its own result included: the newest few, by step index. */
  readonly #after = new Map<number, Context>();

  constructor(plan: Plan, journal: Journal, input: unknown) {
    this.#plan = plan;
    this.#journal = journal;
    this.#start = isPlainObject(input) ? Object.freeze({ ...input }) : empty;
  }

  /** What the step's handler gets. */
  before(step: PlanStep): Context {
    if (step.needs.length === 0) return this.#start;
    if (!needsPointBack(this.#plan)) return this.#extend(this.#start, transitiveNeeds(this.#plan, step));
    const { base, rest } = splitNeeds(this.#plan, step);
    return this.#extend(base === null ? this.#start : this.#afterStep(base), rest);
  }

  /** What the run is left with: every completed step's result. */
  final(): Context {
    return this.#extend(
      this.#start,
      this.#plan.steps.map((step) => step.index),
    );
  }

  /** Walks back to a step whose context is remembered, or to the start, and forward again; a loop, because a chain may be long. */
  #afterStep(index: number): Context {
    const back: number[] = [];
    let context: Context | undefined;
    for (let next: PlanStep | undefined = this.#plan.steps[index]; next !== undefined && context === undefined; ) {
      context = this.#after.get(next.index);
      if (context !== undefined) break;
      const { base, rest } = splitNeeds(this.#plan, next);
      back.push(next.index, ...rest.reverse());
      next = base === null ? undefined : this.#plan.steps[base];
    }
    const after = this.#extend(context ?? this.#start, back.reverse());
    this.#remember(index, after);
    return after;
  }

  /** Adds results in the order given; a later one wins, a key keeps the place where it came first. */
  #extend(context: Context, indexes: readonly number[]): Context {
    const results = indexes.map((index) => this.#mergedResult(index)).filter((result) => result !== null);
    const [first, second] = results;
    if (first === undefined) return context;
    // Spread and entries, not assignments: `__proto__` is copied as the plain key it is.
    if (second === undefined) return Object.freeze({ ...context, ...first });
    const entries = new Map(Object.entries(context));
    for (const result of results) for (const [key, value] of Object.entries(result)) entries.set(key, value);
    return Object.freeze(Object.fromEntries(entries));
  }

  #mergedResult(index: number): Context | null {
    const step = this.#plan.steps[index];
    if (step === undefined || step.foreach !== null) return null;
    const entry = this.#journal.get(step.id);
    return entry?.status === 'completed' && isPlainObject(entry.result) ? entry.result : null;
  }

  #remember(index: number, context: Context): void {
    this.#after.delete(index);
    this.#after.set(index, context);
    const oldest = this.#after.size > rememberedContexts ? this.#after.keys().next().value : undefined;
    if (oldest !== undefined) this.#after.delete(oldest);
  }
}
