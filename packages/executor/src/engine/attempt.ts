import { type HandlerRun, invokeHandler, type RegisteredHandler } from '@sisyphus-state/handlers';
import { encodeValue, type JsonText, type Usage } from '@sisyphus-state/store';
import { StepTimeoutError } from '../errors.js';
import { type AttemptOptions, AttemptRun } from './attempt-run.js';
import { longTimeout } from './long-timeout.js';

/** How an attempt ended, before any policy: a result that can be stored, or what was thrown. */
export type AttemptOutcome =
  | { readonly kind: 'completed'; readonly result: JsonText | null; readonly usage: Usage | null }
  | { readonly kind: 'failed'; readonly error: unknown; readonly usage: Usage | null };

/** What starting an attempt needs. */
export interface AttemptRequest extends AttemptOptions {
  readonly handler: RegisteredHandler;
  readonly input: unknown;
  readonly timeoutMs: number | null;
  readonly maxResultBytes: number;
}

/**
 * Runs a handler once and reports how it ended, exactly once.
 *
 * A timeout or an abandonment reports at once, whatever the handler still does; what it returns after that is dropped.
 */
export class Attempt {
  readonly #request: AttemptRequest;
  readonly #run: AttemptRun;
  readonly #report: (outcome: AttemptOutcome) => void;
  #stopTimer: (() => void) | null = null;
  #reported = false;

  constructor(request: AttemptRequest, report: (outcome: AttemptOutcome) => void) {
    this.#request = request;
    this.#report = report;
    this.#run = new AttemptRun(request);
  }

  /** Enters the handler. */
  start(): void {
    const { handler, input, timeoutMs } = this.#request;
    if (timeoutMs !== null) this.#stopTimer = longTimeout(() => this.#timeOut(timeoutMs), timeoutMs);
    try {
      const returned = invokeHandler(handler, { input, run: this.#run satisfies HandlerRun });
      if (isPromiseLike(returned))
        returned.then(
          (value) => this.#return(value),
          (error) => this.#fail(error),
        );
      else this.#return(returned);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Aborts the handler's signal; the handler's own end is still awaited. */
  abort(reason: Error): void {
    this.#run.abort(reason);
  }

  /** Stops waiting for a handler that ignores its aborted signal. */
  abandon(reason: Error): void {
    this.#run.abort(reason);
    this.#fail(reason);
  }

  #timeOut(timeoutMs: number): void {
    this.abandon(new StepTimeoutError(this.#run.stepKey, timeoutMs));
  }

  #return(value: unknown): void {
    const { stepKey } = this.#run;
    let result: JsonText | null;
    try {
      result = encodeValue(value, { what: `result of step "${stepKey}"`, maxBytes: this.#request.maxResultBytes });
    } catch (error) {
      return this.#fail(error);
    }
    this.#end({ kind: 'completed', result, usage: this.#run.used });
  }

  #fail(error: unknown): void {
    this.#end({ kind: 'failed', error, usage: this.#run.used });
  }

  #end(outcome: AttemptOutcome): void {
    if (this.#reported) return;
    this.#reported = true;
    this.#stopTimer?.();
    this.#report(outcome);
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
