import { defineHandler, type Handler, transform } from '@sisyphus-state/handlers';
import { describe, expect, it } from 'vitest';
import { describeHandlerConformance } from './describe-handler.js';
import type { HandlerConformanceOptions } from './handler-case.js';
import { handlerConformance } from './handler-conformance.js';

const samples = [{ value: 1 }, { value: null }, { value: { deep: ['a', false, ''] } }];

describeHandlerConformance(
  transform,
  { sampleInputs: samples, badInputs: [{}, { value: 1, more: 2 }, null] },
  { describe, it },
);

/** Runs every case and names those that fail. */
async function failing(handler: Handler, options: HandlerConformanceOptions): Promise<readonly string[]> {
  const names: string[] = [];
  for (const each of handlerConformance(handler, options))
    await each.run().catch(() => {
      names.push(each.name);
    });
  return names;
}

const sampleInputs = [{ list: [3, 1] }];
const hangs = (): Promise<never> => new Promise(() => {});

describe('the handler conformance kit', () => {
  it('finds an output that would come back as something else', async () => {
    const handler = defineHandler({ type: 'dates', run: () => ({ at: new Date(0) }) });
    expect(await failing(handler, { sampleInputs })).toEqual([expect.stringMatching(/^returns JSON for sample 1/)]);
  });

  it('finds an output that loses a property on the way', async () => {
    const handler = defineHandler({ type: 'gaps', run: () => ({ a: undefined }) });
    expect(await failing(handler, { sampleInputs })).toEqual([expect.stringMatching(/^returns JSON for sample 1/)]);
  });

  it('finds a handler that changes its input', async () => {
    const handler = defineHandler({ type: 'sorts', run: (input) => sortIn(input) });
    expect(await failing(handler, { sampleInputs })).toEqual(['leaves sample 1 as it was']);
  });

  it('finds a handler that takes bad input, and one that lets it be tried again', async () => {
    const takes = defineHandler({ type: 'takes', run: () => 1 });
    const throws = defineHandler({
      type: 'throws',
      run: (input) => {
        if (input === 'bad') throw new Error('no');
        return 1;
      },
    });
    for (const handler of [takes, throws])
      expect(await failing(handler, { sampleInputs, badInputs: ['bad'] })).toEqual([
        'refuses bad input 1 for good: no retry can help',
      ]);
  });

  it('finds a handler that calls itself pure and is not', async () => {
    let count = 0;
    const handler = defineHandler({ type: 'counts', delivery: 'pure', run: () => ++count });
    expect(await failing(handler, { sampleInputs })).toEqual([expect.stringMatching(/^is pure/)]);
  });

  it('finds a handler that does not stop when it is aborted, and one that calls that success', async () => {
    const deaf = defineHandler({ type: 'deaf', run: (input) => (input === 'long' ? hangs() : 1) });
    const glad = defineHandler({
      type: 'glad',
      run: (input, { signal }) =>
        input === 'long' ? new Promise((resolve) => signal.addEventListener('abort', () => resolve(1))) : 1,
    });
    for (const handler of [deaf, glad])
      expect(await failing(handler, { sampleInputs, endlessInput: 'long', abortWithinMs: 20 })).toEqual([
        expect.stringMatching(/^stops soon after it is aborted in the middle/),
      ]);
  });

  it('finds a handler that begins something endless although it is aborted already', async () => {
    const handler = defineHandler({ type: 'deaf', run: (_, { signal }) => (signal.aborted ? hangs() : 1) });
    expect(await failing(handler, { sampleInputs, abortWithinMs: 20 })).toEqual([
      'is soon over when it is aborted before it begins',
    ]);
  });

  it('finds usage that is no whole number and a log line that can not be kept', async () => {
    const cost = defineHandler({ type: 'cost', run: (_, { usage }) => usage({ cost: 0.5 }) ?? null });
    const line = defineHandler({ type: 'line', run: (_, { log }) => log('at', new Map()) ?? null });
    for (const handler of [cost, line])
      expect(await failing(handler, { sampleInputs })).toEqual([expect.stringMatching(/^says of sample 1/)]);
  });

  it('finds a declaration that is wrong', async () => {
    const handler: Handler = { type: 'x y', version: 0, delivery: 'pure', run: () => 1 };
    expect(await failing(handler, { sampleInputs })).toContain(
      'declares its type, a whole version from 1 and what may happen to a cut-off step',
    );
  });

  it('makes a sample anew for each use when it is given as a function', async () => {
    let made = 0;
    const handler = defineHandler({ type: 'uses', run: (input) => ({ got: input }) });
    expect(await failing(handler, { sampleInputs: [() => ({ n: ++made })] })).toEqual([]);
    expect(made).toBeGreaterThan(2);
  });

  it('wants a sample', () => {
    expect(() => handlerConformance(transform, { sampleInputs: [] })).toThrow('one sample input or more');
  });
});

function sortIn(input: unknown): unknown {
  if (typeof input === 'object' && input !== null && 'list' in input && Array.isArray(input.list)) input.list.sort();
  return 1;
}
