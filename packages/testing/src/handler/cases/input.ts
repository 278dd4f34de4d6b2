import assert from 'node:assert/strict';
import { type Handler, isTerminalError } from '@sisyphus-state/handlers';
import { toStoredError } from '@sisyphus-state/store';
import { attempt, sampleOf } from '../attempt.js';
import type { HandlerCase, HandlerConformanceOptions } from '../handler-case.js';

/** What a handler makes of input that is not for it. */
export function inputCases(handler: Handler, { badInputs = [] }: HandlerConformanceOptions): readonly HandlerCase[] {
  return badInputs.map((bad, index) => ({
    name: `refuses bad input ${index + 1} for good: no retry can help`,
    async run() {
      const outcome = await attempt(handler, await sampleOf(bad)).result.then(
        (output) => ({ output }),
        (error: unknown) => ({ error }),
      );
      assert.ok('error' in outcome, 'the handler took it');
      assert.ok(isTerminalError(outcome.error), `it has to throw a TerminalError, not ${String(outcome.error)}`);
      const { message, retryable } = toStoredError(outcome.error);
      assert.equal(retryable, false);
      assert.ok(message.length > 0, 'the error says nothing');
    },
  }));
}
