import type { Delivery } from '@sisyphus-state/schema';
import type { CompiledValue } from '../expressions/compile-value.js';
import type { Jitter } from './definition.js';

/** When to try again, in milliseconds; `attempts` counts the first one too. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly backoffMs: number;
  readonly factor: number;
  readonly maxBackoffMs: number;
  readonly jitter: Jitter;
}

/** A step that must be settled before another begins. */
export interface PlanNeed {
  readonly index: number;
  readonly optional: boolean;
}

/** A step as the engine walks it. */
export interface PlanStep {
  readonly index: number;
  readonly id: string;
  readonly type: string;
  readonly needs: readonly PlanNeed[];
  readonly condition: CompiledValue | null;
  readonly foreach: CompiledValue | null;
  /** The name of a `foreach`'s item in expressions. */
  readonly as: string;
  readonly concurrency: number;
  readonly with: CompiledValue;
  readonly retry: RetryPolicy;
  readonly timeoutMs: number | null;
  readonly delivery: Delivery | null;
  /** The step as written, frozen. */
  readonly source: Readonly<Record<string, unknown>>;
}

/** A definition ready to be walked. */
export interface Plan {
  readonly name: string;
  readonly version: number | null;
  readonly hash: string;
  /** Canonical JSON of the definition. */
  readonly canonical: string;
  readonly steps: readonly PlanStep[];
  readonly output: CompiledValue | null;
  /** Throws `InputInvalidError` when the input does not fit the definition's JSON Schema. */
  checkInput(input: unknown): void;
}
