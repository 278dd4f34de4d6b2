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
  readonly deadline?: Duration;
  readonly queue?: string;
  /** Higher runs first. */
  readonly priority?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly steps: readonly StepDefinition[];
  /** The run's output; a template like every value. Absent is null. */
  readonly output?: JsonValue;
}

/** What a run may use up in all. `duration` counts the time with an attempt running; `cost` is in units of money. */
export interface BudgetDefinition {
  readonly steps?: number;
  readonly duration?: Duration;
  readonly tokens?: number;
  readonly cost?: number;
}

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
  readonly reserve?: { readonly tokens?: number; readonly cost?: number };
  readonly [extra: string]: unknown;
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
