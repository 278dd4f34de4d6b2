import * as v from 'valibot';
import { expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { defineHandler } from './define-handler.js';
import type { Handler } from './handler.js';
import { makeRun } from './test-support/call-handler.js';

test('version 1 and at-least-once are what a handler has when it says nothing', () => {
  const handler = defineHandler({ type: 'mail.send', run: () => 1 });
  expect(handler).toMatchObject({ type: 'mail.send', version: 1, delivery: 'at-least-once' });
});

test('what a handler says is kept, and cannot be changed', () => {
  const input = z.string();
  const handler = defineHandler({
    type: 'x',
    version: 3,
    delivery: 'pure',
    description: 'd',
    input,
    run: (text) => text,
  });
  expect(handler).toMatchObject({ version: 3, delivery: 'pure', description: 'd', input });
  expect(Object.isFrozen(handler)).toBe(true);
});

test('an instance keeps its this', () => {
  class Counter {
    readonly type = 'count';
    #count = 0;
    run(): number {
      this.#count += 1;
      return this.#count;
    }
  }
  const handler = defineHandler(new Counter());
  expect([handler.run(undefined, makeRun()), handler.run(undefined, makeRun())]).toEqual([1, 2]);
});

test('the types of run follow from zod schemas', () => {
  const handler = defineHandler({
    type: 'mail.send',
    input: z.object({ to: z.string(), copies: z.number().default(1) }),
    output: z.object({ sent: z.number().default(0) }),
    run(input, { signal, attempt }) {
      expectTypeOf(input).toEqualTypeOf<{ to: string; copies: number }>();
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
      expectTypeOf(attempt).toEqualTypeOf<number>();
      return {};
    },
  });
  expectTypeOf(handler).toEqualTypeOf<
    Handler<{ to: string; copies: number }, { sent: number }, { sent?: number | undefined }>
  >();
});

test('the types of run follow from valibot schemas too', () => {
  const withValibot = defineHandler({
    type: 'a',
    input: v.object({ n: v.pipe(v.string(), v.transform(Number)) }),
    run: (input) => input.n,
  });
  expectTypeOf(withValibot).toEqualTypeOf<Handler<{ n: number }, number, number>>();
});

test('without schemas the input is unknown, or what run says, and the output is what it returns', () => {
  expectTypeOf(defineHandler({ type: 'a', run: (input) => [input] })).toEqualTypeOf<
    Handler<unknown, unknown[], unknown[]>
  >();
  expectTypeOf(defineHandler({ type: 'a', run: (input: { x: 1 }) => input.x })).toEqualTypeOf<
    Handler<{ x: 1 }, 1, 1>
  >();
});

test('a run that returns what its output schema does not take does not compile', () => {
  const output = z.object({ n: z.number() });
  // @ts-expect-error m is not n
  defineHandler({ type: 'a', output, run: () => ({ m: 1 }) });
  // @ts-expect-error all is optional, but "nn" is a slip
  defineHandler({ type: 'a', output: output.partial(), run: () => ({ nn: 1 }) });
  // @ts-expect-error n is a number
  defineHandler({ type: 'a', output, run: async () => ({ n: 'x' }) });
});
