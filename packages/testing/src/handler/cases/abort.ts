import assert from 'node:assert/strict';
import type { Handler } from '@sisyphus-state/handlers';
import { type Attempt, attempt, sampleOf } from '../attempt.js';
import type { HandlerCase, HandlerConformanceOptions } from '../handler-case.js';

/** What a handler makes of an abort. */
export function abortCases(handler: Handler, options: HandlerConformanceOptions): readonly HandlerCase[] {
  const { sampleInputs, endlessInput, abortWithinMs = 5000 } = options;
  const atOnce: HandlerCase = {
    name: 'is soon over when it is aborted before it begins',
    async run() {
      const aborted = AbortSignal.abort(new Error('aborted by the kit'));
      await overWithin(attempt(handler, await sampleOf(sampleInputs[0]), aborted), abortWithinMs);
    },
  };
  if (endlessInput === undefined) return [atOnce];
  return [
    atOnce,
    {
      name: 'stops soon after it is aborted in the middle, and does not call that success',
      async run() {
        const controller = new AbortController();
        const running = attempt(handler, await sampleOf(endlessInput), controller.signal);
        await new Promise((resolve) => setImmediate(resolve));
        controller.abort(new Error('aborted by the kit'));
        assert.equal(await overWithin(running, abortWithinMs), 'rejected');
      },
    },
  ];
}

async function overWithin({ result }: Attempt, ms: number): Promise<'fulfilled' | 'rejected'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new assert.AssertionError({ message: `still running ${ms} ms after the abort` })),
      ms,
    );
  });
  const over = result.then(
    () => 'fulfilled' as const,
    () => 'rejected' as const,
  );
  return Promise.race([over, late]).finally(() => clearTimeout(timer));
}
