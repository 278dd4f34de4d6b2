import type { StandardSchemaV1 } from '@standard-schema/spec';
import { checkHandler } from './check-handler.js';
import type { Delivery, Handler, HandlerRun } from './handler.js';

interface HandlerSpecBase<Input> {
  /** Words of letters and digits joined by `.`, `-` or `_`, such as `mail.send`; what a step names as its `type`. */
  readonly type: string;
  /** Default 1. */
  readonly version?: number;
  readonly description?: string;
  readonly input?: StandardSchemaV1<unknown, Input>;
  /** Default `at-least-once`. */
  readonly delivery?: Delivery;
}

/** What `defineHandler` takes; `input` is any Standard Schema (zod, valibot, arktype, …) and types `run`. */
export interface HandlerSpec<Input, Result> extends HandlerSpecBase<Input> {
  readonly output?: undefined;
  /** Returns the step's result, a JSON value, now or as a promise; or throws. */
  run(input: Input, run: HandlerRun): Result | Promise<Result>;
}

/** What `defineHandler` takes with an `output` schema, which says what `run` may return. */
export interface CheckedHandlerSpec<Input, Result, Output> extends HandlerSpecBase<Input> {
  readonly output: StandardSchemaV1<Result, Output>;
  /** Returns what `output` turns into the step's result, now or as a promise; or throws. */
  run(input: Input, run: HandlerRun): NoInfer<Result> | Promise<NoInfer<Result>>;
}

/** Makes a handler of its spec; a spec that is wrong is a `HandlerInvalidError` (`HANDLER_INVALID`) here, not when a step runs. */
export function defineHandler<Input = unknown, Result = unknown, Output = Result>(
  spec: CheckedHandlerSpec<Input, Result, Output>,
): Handler<Input, Output, Result>;
export function defineHandler<Input = unknown, Result = unknown>(
  spec: HandlerSpec<Input, Result>,
): Handler<Input, Result>;
export function defineHandler<Input, Result, Output>(
  spec: CheckedHandlerSpec<Input, Result, Output> | HandlerSpec<Input, Result>,
): Handler<Input, Output, Result> {
  checkHandler(spec);
  const { type, version = 1, delivery = 'at-least-once', description, input, output } = spec;
  // Bound, because a spec may be an instance whose `run` needs its `this`.
  return Object.freeze({ type, version, delivery, description, input, output, run: spec.run.bind(spec) });
}
