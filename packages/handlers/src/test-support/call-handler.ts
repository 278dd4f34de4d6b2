import type { Handler, HandlerRun } from '../handler.js';
import { invokeHandler } from '../invoke.js';
import { createRegistry } from '../registry.js';

/** An attempt for tests; give what the test is about. */
export function makeRun(given: Partial<HandlerRun> = {}): HandlerRun {
  const { runId = 'run-1', stepKey = 'step-1' } = given;
  return {
    signal: new AbortController().signal,
    idempotencyKey: `${runId}:${stepKey}`,
    attempt: 1,
    runId,
    stepKey,
    log: () => {},
    progress: () => {},
    usage: () => {},
    step: Object.freeze({ id: stepKey }),
    context: Object.freeze({}),
    ...given,
  };
}

/** Calls a handler as the executor does, schemas included. */
export async function callHandler<Output>(
  handler: Handler<unknown, Output>,
  input: unknown,
  given: Partial<HandlerRun> = {},
): Promise<Output> {
  const [registered] = createRegistry([handler]).list();
  if (registered === undefined) throw new Error('the registry is empty');
  // The handler's own output type: invokeHandler cannot know it.
  return (await invokeHandler(registered, { input, run: makeRun(given) })) as Output;
}

/** What a promise rejects with; a promise that does not is a failure of the test. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('expected a rejection, but there was none');
}
