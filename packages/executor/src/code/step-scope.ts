import { AsyncLocalStorage } from 'node:async_hooks';
import { ContextInStepError } from './context-in-step-error.js';

/** A step's function that is being carried out. */
interface Inside {
  readonly scope: StepScope;
  readonly stepKey: string;
}

/**
 * One for all runs. Only the innermost step counts: what a step's function starts in the engine (a log line's commit, and a
 * run that is taken because of it) is inside that step too, and a chain of those would grow for as long as the process lives.
 */
const inside = new AsyncLocalStorage<Inside>();

/**
 * Tells the function of a workflow from the functions of its steps, over all that they await.
 *
 * A step whose result is recorded is not entered in a replay, so what its function asked of the context would be missing
 * there. Branches and helpers of the workflow's own function are in no step.
 */
export class StepScope {
  readonly #runId: string;

  constructor(runId: string) {
    this.#runId = runId;
  }

  /** Calls the function of a step. */
  enter<Result>(stepKey: string, run: () => Result): Result {
    return inside.run({ scope: this, stepKey }, run);
  }

  /** Throws `ContextInStepError` when the caller is the function of one of this run's steps. */
  refuse(method: string, label?: string): void {
    const at = inside.getStore();
    if (at?.scope !== this) return;
    const call = label === undefined ? `ctx.${method}()` : `ctx.${method}(${JSON.stringify(label)}, …)`;
    throw new ContextInStepError(this.#runId, at.stepKey, call);
  }
}
