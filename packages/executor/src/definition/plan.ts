import type { RegisteredHandler } from '@sisyphus-state/handlers';
import type { Delivery } from '@sisyphus-state/schema';
import type { CompiledValue } from '../expressions/compile-value.js';
import type { ReserveDefinition, StepDefinition, WorkflowDefinition } from './definition.js';
import type { Need } from './resolve-needs.js';
import type { RetryPolicy } from './retry-policy.js';

export type { Need, RetryPolicy };

/**
 * A definition made ready to be walked: defaults filled in, needs resolved, expressions compiled.
 *
 * What costs something (hash, expressions, the input's schema) is made when it is first read, so that a run of 10,000
 * steps that is resumed at the last one pays for that one.
 */
export interface Plan {
  readonly kind: 'data';
  /** As it was checked; what is stored. */
  readonly definition: WorkflowDefinition;
  readonly name: string;
  readonly version: number | null;
  /** The definition's canonical JSON. */
  readonly canonical: string;
  /** SHA-256 of `canonical`, in hex. */
  readonly hash: string;
  /** In the order they are written. */
  readonly steps: readonly PlanStep[];
  readonly byId: ReadonlyMap<string, PlanStep>;
  /** What gives the run its output; null when it has none. */
  readonly output: CompiledValue | null;
  /** Throws `InputInvalidError` unless the input, a JSON value, fits the definition's `input` schema. */
  checkInput(input: unknown): void;
}

/** A handler, or a wait, and what governs its attempts. */
export interface PlanCall {
  readonly type: string;
  /** The handler's input; `{}` when none is written. */
  readonly with: CompiledValue;
  readonly retry: RetryPolicy;
  /** For each attempt; null is no limit. */
  readonly timeoutMs: number | null;
  /** Overrides what the handler says of itself; null leaves it. */
  readonly delivery: Delivery | null;
  /** What each attempt may use of the run's budget; undefined is nothing in particular. */
  readonly reserve: ReserveDefinition | undefined;
  /** The step as written, as a plain function gets it. */
  readonly source: StepDefinition;
  /** Stands in the workflow's own code; default the registry's of the type. */
  readonly handler?: RegisteredHandler | undefined;
  /** Runs inside the transaction that records the step, in place of an attempt. */
  readonly transact?: ((tx: unknown) => unknown) | undefined;
}

/** A step that runs again until a condition holds. */
export interface Repeat {
  /** Evaluated after each time, for `resolveCondition`. */
  readonly until: CompiledValue;
  /** The step fails when it does not hold after so many times. */
  readonly max: number;
}

/** A step of a plan, which is also its own call. */
export interface PlanStep extends PlanCall {
  /** Its place in `Plan.steps`. */
  readonly index: number;
  readonly id: string;
  /** The steps that must have ended before this one starts. */
  readonly needs: readonly Need[];
  /** Its `if`, for `resolveCondition`; null when it always runs. */
  readonly condition: CompiledValue | null;
  /** What gives the list it runs over, for `resolveList`; null when it runs once. */
  readonly foreach: CompiledValue | null;
  /** The item's name in the expressions of `with`. */
  readonly as: string;
  /** How many items run at the same time. */
  readonly concurrency: number;
  /** A failure of it, or of one of its items, does not fail the run. */
  readonly continuesOnError: boolean;
  /** What is tried in order in its place, or in the place of one of its items, when the attempts are used up. */
  readonly fallback: readonly PlanCall[];
  /** What undoes it, or one of its items, once it has completed; null when nothing does. */
  readonly compensate: PlanCall | null;
  /** How often it runs, one time after the other; null when it runs once. */
  readonly repeat: Repeat | null;
}
