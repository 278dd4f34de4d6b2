import type { JsonObject, JsonValue } from './json-value.js';
import type { StepView } from './steps-table.js';

/**
 * What expressions know of the run they stand in, as `run`.
 *
 * All of it is recorded when the run is created, so an expression gives the same after a crash.
 */
export interface RunFacts {
  readonly id: string;
  /** The workflow's name. */
  readonly name: string;
  /** The workflow's version, or null. */
  readonly version: number | null;
}

/** The fields of `run`, for the check of a definition. */
export const RUN_FIELDS = ['id', 'name', 'version'] as const satisfies readonly (keyof RunFacts)[];

/**
 * The variables of an expression.
 *
 * Values are frozen JSON: results share structure with them. Properties may be accessors, each is read only when an
 * expression uses it. One scope serves a whole run when `steps` is a `StepsTable`'s view.
 */
export interface Scope {
  readonly input: JsonValue;
  readonly context: JsonObject;
  readonly steps: ReadonlyMap<string, StepView>;
  readonly run: RunFacts;
}

/** The names of a scope. */
export const SCOPE_NAMES = ['input', 'context', 'steps', 'run'] as const satisfies readonly (keyof Scope)[];

/** The item of a `foreach` that an expression is resolved for. */
export interface ScopeItem {
  /** The step's `as`. */
  readonly as: string;
  readonly item: JsonValue;
  /** 0 for the first. */
  readonly index: number;
}

/** A scope with the item's name and `index` on top of another; the other is not read. */
export function itemScope(scope: Scope, { as, item, index }: ScopeItem): Scope {
  return Object.create(scope, { [as]: { value: item }, index: { value: index } });
}
