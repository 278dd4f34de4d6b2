import { expect, it } from 'vitest';
import { toRunResult } from './driver-types.js';

it('gives a context that is an object, whatever was stored, and null for no output', () => {
  expect(toRunResult('r', { a: 1 }, 0)).toEqual({ runId: 'r', status: 'completed', context: { a: 1 }, output: 0 });
  expect(toRunResult('r', undefined, undefined)).toEqual({
    runId: 'r',
    status: 'completed',
    context: {},
    output: null,
  });
});
