import type { Delivery } from '@sisyphus-state/schema';
import type { JsonObject, JsonValue } from '../expressions/json-value.js';
import type { Duration } from './parse-duration.js';

/**
 * A workflow as data: what an author writes in YAML or JSON, and what is stored and hashed.
 *
 * Plain JSON, exactly as written; defaults are filled in when it is compiled to a `Plan`. Get one from
 * `parseDefinition` (text) or `checkDefinition` (an object), which refuse anything that is not a valid workflow.
 */
export interface WorkflowDefinition {
  readonly name: string;
  readonly version?: number;
  readonly description?: string;
  /** JSON Schema of the input. */
  readonly input?: JsonObject | boolean;
  readonly budget?: BudgetDefinition;
  /** How long after its creation a run is ended as failed, unless it has ended before. */
  readonly deadline?: Duration;
  readonly breaker?: BreakerDefinition;
  readonly queue?: string;
  /** Higher runs first. */
  readonly priority?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly steps: readonly StepDefinition[];
  /** The run's output; a template like every value. Absent is null. */
  readonly output?: JsonValue;
}

/**
 * What a run and its child runs may use up in all; what is left out has no limit.
 *
 * `steps` and `attempts` count those that begin, `duration` the time with an attempt running, `tokens` and `cost` what
 * handlers report with `usage()`. `cost` is in units of money, kept to a millionth.
 */
export interface BudgetDefinition {
  readonly steps?: number;
  readonly attempts?: number;
  readonly duration?: Duration;
  readonly tokens?: number;
  readonly cost?: number;
}

/**
 * When a run that makes no progress is paused: the same step with the same input had the same error, or the same output,
 * so many times in a row. A number is meant for both, `false` is never.
 */
export type BreakerDefinition =
  | number
  | false
  | { readonly errors?: number | false; readonly outputs?: number | false };

/** One step, as written. Keys beyond these are for steps whose type is a plain function, which gets them all. */
export interface StepDefinition {
  readonly id: string;
  readonly type: string;
  /** The handler's input; a template. */
  readonly with?: JsonValue;
  /** The steps that must have ended first; absent is the step before, `[]` is none. */
  readonly needs?: readonly NeedDefinition[];
  /** The step is skipped unless this gives true: an expression, with or without its `${{ }}`. */
  readonly if?: string | boolean;
  /** The list the step runs over, once for each item. */
  readonly foreach?: JsonValue;
  /** The item's name in expressions; absent is `item`. */
  readonly as?: string;
  /** How many items run at the same time; absent is 1. */
  readonly concurrency?: number;
  readonly retry?: RetryDefinition;
  /** For each attempt. */
  readonly timeout?: Duration;
  readonly delivery?: Delivery;
  readonly onError?: 'fail' | 'continue';
  readonly fallback?: readonly CallDefinition[];
  readonly compensate?: CallDefinition;
  readonly repeat?: { readonly until: string; readonly max?: number };
  /** What each attempt may use of the budget: it starts only when so much is left. */
  readonly reserve?: ReserveDefinition;
  readonly [extra: string]: unknown;
}

/** What is kept free for an attempt; `cost` is in units of money. */
export interface ReserveDefinition {
  readonly tokens?: number;
  readonly cost?: number;
}

/** A step that is needed; when it was skipped, so is the step that needs it, unless the need is optional. */
export type NeedDefinition = string | { readonly step: string; readonly optional?: boolean };

/** A handler and its input. */
export interface CallDefinition {
  readonly type: string;
  readonly with?: JsonValue;
}

/** How a failed attempt is tried again; see `RetryPolicy` for what each absent key means. */
export interface RetryDefinition {
  /** In all, the first one included. */
  readonly attempts?: number;
  readonly backoff?: Duration;
  readonly factor?: number;
  readonly maxBackoff?: Duration;
  readonly jitter?: Jitter;
}

/** How the wait before a next attempt is varied: anywhere up to it, between its half and it, or not at all. */
export type Jitter = (typeof JITTERS)[number];

/** Every way to vary the wait before a next attempt. */
export const JITTERS = ['full', 'equal', 'none'] as const;
