import assert from 'node:assert/strict';
import type { Handler } from '@sisyphus-state/handlers';
import { decodeValue, encodeValue } from '@sisyphus-state/store';
import { attempt, sampleOf } from '../attempt.js';
import type { HandlerCase, HandlerConformanceOptions } from '../handler-case.js';

/** What a handler makes of its samples. */
export function outputCases(handler: Handler, { sampleInputs }: HandlerConformanceOptions): readonly HandlerCase[] {
  assert.ok(sampleInputs.length > 0, 'the kit needs one sample input or more');
  return sampleInputs.flatMap((sample, index) => casesOf(handler, sample, index + 1));
}

function casesOf(handler: Handler, sample: unknown, number: number): readonly HandlerCase[] {
  return [
    {
      name: `returns JSON for sample ${number} that comes back from the store as it was`,
      async run() {
        const output = await attempt(handler, await sampleOf(sample)).result;
        const text = encodeValue(output, { what: `output of ${handler.type}` });
        assert.deepStrictEqual(decodeValue(text), output, 'what is replayed would differ from what was returned');
      },
    },
    {
      name: `leaves sample ${number} as it was`,
      async run() {
        const input = await sampleOf(sample);
        const before = structuredClone(input);
        await attempt(handler, input).result;
        assert.deepStrictEqual(input, before);
      },
    },
    {
      name: `says of sample ${number} only what can be kept: data that is JSON, usage in whole numbers`,
      async run() {
        const { result, logged, used, progressed } = attempt(handler, await sampleOf(sample));
        await result;
        for (const [message, data] of logged) encodeValue([message, data ?? null], { what: 'log line' });
        for (const amount of used)
          for (const part of Object.values(amount)) assert.ok(Number.isSafeInteger(part) && part >= 0);
        for (const each of progressed) assert.ok(typeof each === 'string' || (each >= 0 && each <= 1));
      },
    },
    ...(handler.delivery === 'pure' ? [pureCase(handler, sample, number)] : []),
  ];
}

function pureCase(handler: Handler, sample: unknown, number: number): HandlerCase {
  return {
    name: `is pure, and so returns the same for sample ${number} when it runs again`,
    async run() {
      const input = await sampleOf(sample);
      const [first, second] = [await attempt(handler, input).result, await attempt(handler, input).result];
      assert.deepStrictEqual(second, first);
    },
  };
}
