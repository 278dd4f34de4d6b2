import type { Plan, PlanStep } from '../definition/plan.js';
import { isPlainObject } from './deep-freeze.js';
import type { Journal } from './journal.js';

type Context = Readonly<Record<string, unknown>>;

const empty: Context = Object.freeze({});
const rememberedContexts = 64;

/**
 * Computes contexts: the input, then the plain-object results of the steps that a step transitively needs, in
 * definition order; `foreach` steps, arrays and texts do not merge.
 *
 * Along a chain each context extends the one before it, so that a step costs its own result, not all before it. Spread
 * (not assignment) copies a result's `__proto__` as the plain key it is.
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
    const [only] = step.needs;
    if (only === undefined) return this.#start;
    if (step.needs.length === 1) return this.#afterChain(only.index);
    return this.#merge(transitiveNeeds(this.#plan, step));
  }

  /** What the run is left with: every completed step's result. */
  final(): Context {
    const last = this.#plan.steps.at(-1);
    if (last === undefined) return this.#start;
    if (isChain(this.#plan)) return this.#afterChain(last.index);
    return this.#merge(this.#plan.steps.map((step) => step.index));
  }

  /** The context after a step of a chain: walks back to the nearest remembered one, then forward again. */
  #afterChain(index: number): Context {
    const back: PlanStep[] = [];
    let context: Context | undefined;
    for (let step = this.#plan.steps[index]; step !== undefined && context === undefined; ) {
      context = this.#after.get(step.index);
      if (context !== undefined) break;
      back.push(step);
      const [only, other] = step.needs;
      if (other !== undefined) context = this.before(step);
      step = only === undefined ? undefined : this.#plan.steps[only.index];
    }
    let current = context ?? this.#start;
    for (const step of back.reverse()) current = this.#extend(current, step);
    this.#remember(index, current);
    return current;
  }

  #merge(indexes: readonly number[]): Context {
    let context = this.#start;
    for (const index of indexes) {
      const step = this.#plan.steps[index];
      if (step !== undefined) context = this.#extend(context, step);
    }
    return context;
  }

  #extend(context: Context, step: PlanStep): Context {
    if (step.foreach !== null) return context;
    const entry = this.#journal.get(step.id);
    if (entry?.status !== 'completed' || !isPlainObject(entry.result)) return context;
    return Object.freeze({ ...context, ...entry.result });
  }

  #remember(index: number, context: Context): void {
    this.#after.set(index, context);
    const oldest = this.#after.size > rememberedContexts ? this.#after.keys().next().value : undefined;
    if (oldest !== undefined) this.#after.delete(oldest);
  }
}

function transitiveNeeds(plan: Plan, step: PlanStep): number[] {
  const found = new Set<number>();
  const open = step.needs.map(({ index }) => index);
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (found.has(index)) continue;
    found.add(index);
    for (const need of plan.steps[index]?.needs ?? []) open.push(need.index);
  }
  return [...found].sort((a, b) => a - b);
}

/** Each step needs exactly the one before it. */
function isChain(plan: Plan): boolean {
  return plan.steps.every(({ index, needs }) =>
    index === 0 ? needs.length === 0 : needs.length === 1 && needs[0]?.index === index - 1,
  );
}
