import type { Plan, PlanStep } from '../definition/plan.js';
import type { JsonObject, JsonValue } from '../expressions/json-value.js';
import { itemScope, type RunFacts, type Scope } from '../expressions/scope.js';
import { createStepsTable, type StepsTable } from '../expressions/steps-table.js';
import type { ContextBuilder } from './context-builder.js';
import { collectOutput } from './foreach-group.js';
import type { Journal } from './journal.js';
import type { Unit } from './unit.js';

/**
 * Gives expressions their variables.
 *
 * The table of steps is made when the first expression asks and kept up to date from then on; a context is computed when
 * an expression reads it.
 */
export class RunScope {
  readonly #plan: Plan;
  readonly #journal: Journal;
  readonly #contexts: ContextBuilder;
  readonly #input: JsonValue;
  readonly #facts: RunFacts;
  #table: StepsTable | null = null;
  #showsParts = false;
  /** Keys whose results are shown as their steps' for the time being. */
  readonly #latest = new Map<string, string>();

  constructor(plan: Plan, journal: Journal, contexts: ContextBuilder, input: unknown, runId: string) {
    this.#plan = plan;
    this.#journal = journal;
    this.#contexts = contexts;
    // Decoded from the stored text: JSON by construction.
    this.#input = (input ?? null) as JsonValue;
    this.#facts = Object.freeze({ id: runId, name: plan.name, version: plan.version });
  }

  /** The variables of a step's expressions, or of one item of its `foreach`. */
  forUnit({ step, item }: Unit): Scope {
    const scope = this.#scope(() => this.#contexts.before(step));
    return item === null ? scope : itemScope(scope, { as: step.as, item: item.value as JsonValue, index: item.index }); // resolved JSON
  }

  /** The variables of the definition's `output`. */
  forOutput(): Scope {
    return this.#scope(() => this.#contexts.final());
  }

  /** From here on a `foreach` that did not complete shows what its items gave, null for the others. */
  showParts(): void {
    this.#showsParts = true;
    // Steps that were given up were not shown again.
    this.#table = null;
  }

  /** Shows the result of one time of a step that is repeated as the step's. */
  showLatest(step: PlanStep, key: string): void {
    this.#latest.set(step.id, key);
    this.update(step);
  }

  /** Shows expressions what became of a step. */
  update(step: PlanStep): void {
    if (this.#table !== null) this.#show(this.#table, step);
  }

  #scope(readContext: () => Readonly<Record<string, unknown>>): Scope {
    this.#table ??= this.#makeTable();
    return {
      input: this.#input,
      steps: this.#table.view,
      run: this.#facts,
      get context() {
        return readContext() as JsonObject; // decoded from stored texts
      },
    };
  }

  #makeTable(): StepsTable {
    const table = createStepsTable(this.#plan.steps.map(({ id }) => id));
    for (const step of this.#plan.steps) this.#show(table, step);
    return table;
  }

  #show(table: StepsTable, step: PlanStep): void {
    const entry = this.#journal.get(step.id);
    if (entry === undefined) return;
    const { status, error } = entry;
    const read = (): JsonValue => {
      const latest = this.#latest.get(step.id);
      if (latest !== undefined && (status !== 'completed' || this.#showsParts))
        return (this.#journal.get(latest)?.result ?? null) as JsonValue; // decoded from stored texts
      if (status !== 'completed' && !(this.#showsParts && step.foreach !== null)) return null;
      const value = step.foreach === null ? entry.result : collectOutput(step, entry.itemCount ?? 0, this.#journal);
      return (value ?? null) as JsonValue; // decoded from stored texts
    };
    table.set(step.id, { status, error: error as JsonObject | null, output: read }); // a StoredError is plain JSON
  }
}
