import type { StandardSchemaV1 } from '@standard-schema/spec';

/**
 * What may happen to a step that was cut off before its outcome was recorded.
 *
 * `pure`: no effect outside, it simply runs again · `at-least-once`: it runs again, so its effect must bear repeating ·
 * `at-most-once`: it never runs again by itself, the step fails with `STEP_IN_DOUBT` and asks.
 */
export type Delivery = (typeof DELIVERIES)[number];

/** Every delivery, weakest promise of the handler last. */
export const DELIVERIES = ['pure', 'at-least-once', 'at-most-once'] as const;

/** What a handler consumed: whole tokens, and cost in integer micro-units of the budget's currency. */
export interface UsageAmount {
  readonly tokens?: number;
  readonly cost?: number;
}

/** One attempt of one step, as its handler sees it: the second argument of `run`. */
export interface HandlerRun {
  /** Aborted when the run is cancelled, the attempt times out, the lease is lost or a sibling failed: stop, and throw its reason. */
  readonly signal: AbortSignal;
  /** `runId:stepKey`, the same over all attempts and resumes: give it to whoever can tell a repeated request by it. */
  readonly idempotencyKey: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly runId: string;
  readonly stepKey: string;
  /** Adds a line, with JSON data if any, to the run's log. */
  readonly log: (message: string, data?: unknown) => void;
  /** Tells who watches live how far this is: a text, or a fraction from 0 to 1. Not stored. */
  readonly progress: (progress: string | number) => void;
  /** Counts against the run's budget; call it as often as there is something to count. */
  readonly usage: (amount: UsageAmount) => void;
  /** The step as written, the expressions in its `with` resolved. */
  readonly step: Readonly<Record<string, unknown>>;
  /** The input and the results of the steps this one needs, merged; frozen. */
  readonly context: Readonly<Record<string, unknown>>;
}

/**
 * What a step of some `type` does; made by `defineHandler`.
 *
 * `input` turns the step's `with` into `Input`; `output` turns what `run` returns (`Result`) into what is recorded
 * (`Output`): a JSON value. Without a schema a value passes as it is.
 */
export interface Handler<Input = unknown, Output = unknown, Result = Output> {
  readonly type: string;
  /** Raised by its author when the same input no longer does the same; 1 or more. */
  readonly version: number;
  readonly description?: string;
  readonly input?: StandardSchemaV1<unknown, Input>;
  readonly output?: StandardSchemaV1<unknown, Output>;
  readonly delivery: Delivery;
  run(input: Input, run: HandlerRun): Result | Promise<Result>;
}

/**
 * The simplest handler: a function of the step as written (extra keys included) and the context, both read-only.
 *
 * It gets no signal and no idempotency key, and nothing checks its step: prefer `defineHandler` for anything that can hang
 * or that must not happen twice.
 */
export type PlainHandler = (
  step: Readonly<Record<string, unknown>>,
  context: Readonly<Record<string, unknown>>,
) => unknown;
