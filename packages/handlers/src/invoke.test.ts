import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineHandler } from './define-handler.js';
import { isTerminalError } from './errors.js';
import type { Handler, HandlerRun, PlainHandler } from './handler.js';
import { invokeHandler } from './invoke.js';
import { createRegistry, type RegisteredHandler } from './registry.js';
import { makeRun, rejectionOf } from './test-support/call-handler.js';

function registered(handler: Handler | PlainHandler): RegisteredHandler {
  const [only] = createRegistry(typeof handler === 'function' ? { plain: handler } : [handler]).list();
  if (only === undefined) throw new Error('no handler');
  return only;
}

function invoke(handler: Handler | PlainHandler, input?: unknown, given: Partial<HandlerRun> = {}): unknown {
  return invokeHandler(registered(handler), { input, run: makeRun(given) });
}

test('a plain function gets the step as written and the context, and nothing else', () => {
  const step = Object.freeze({ id: 'a', type: 'plain', extra: [1] });
  const context = Object.freeze({ name: 'Ada' });
  const seen: unknown[] = [];
  const result = invoke((...args: unknown[]) => seen.push(...args), { ignored: true }, { step, context });
  expect(result).toBe(2);
  expect(seen).toEqual([step, context]);
  expect(seen[0]).toBe(step);
});

test('a defined handler gets its input and the attempt', () => {
  const run = makeRun({ attempt: 3 });
  const handler = defineHandler({ type: 'x', run: (...args) => args });
  expect(invokeHandler(registered(handler), { input: 'in', run })).toEqual(['in', run]);
});

test.each<[string, Handler | PlainHandler]>([
  ['without schemas', defineHandler({ type: 'x', run: () => 7 })],
  ['with schemas that answer at once', defineHandler({ type: 'x', input: z.any(), output: z.number(), run: () => 7 })],
  ['plain', () => 7],
])('a handler %s that returns at once is not made to wait', (_, handler) => {
  expect(invoke(handler)).toBe(7);
});

test.each([0, '', false, null, undefined, Number.NaN])('%j comes back as it is', (value) => {
  expect(invoke(defineHandler({ type: 'x', run: () => value }))).toBe(value);
  expect(invoke(() => value)).toBe(value);
});

test('an error thrown at once is thrown at once, the same one', () => {
  const error = new Error('no');
  const fail = () => {
    throw error;
  };
  expect(() => invoke(defineHandler({ type: 'x', input: z.any(), output: z.any(), run: fail }))).toThrow(error);
  expect(() => invoke(fail)).toThrow(error);
});

test('the handler sees the parsed input, the caller the parsed output', async () => {
  const handler = defineHandler({
    type: 'x',
    input: z.object({ n: z.string().transform(Number) }),
    output: z.object({ doubled: z.number(), unit: z.string().default('mm') }),
    run: async ({ n }) => ({ doubled: n * 2 }),
  });
  expect(await invoke(handler, { n: '21', extra: true })).toEqual({ doubled: 42, unit: 'mm' });
});

test('schemas that answer later are waited for', async () => {
  const handler = defineHandler({
    type: 'x',
    input: z.string().refine(async (text) => text === 'good', 'not good'),
    output: z.string().transform(async (text) => text.toUpperCase()),
    run: (text) => `${text} morning`,
  });
  expect(await invoke(handler, 'good')).toBe('GOOD MORNING');
  expect(await rejectionOf(Promise.resolve(invoke(handler, 'bad')))).toMatchObject({ code: 'HANDLER_INPUT_INVALID' });
});

test('a handler does not begin when its attempt was aborted while the input was checked', async () => {
  const controller = new AbortController();
  let ran = false;
  const handler = defineHandler({
    type: 'x',
    input: z.string().refine(async () => {
      controller.abort(new Error('cancelled'));
      return true;
    }),
    run: () => {
      ran = true;
    },
  });
  const rejected = await rejectionOf(Promise.resolve(invoke(handler, '', { signal: controller.signal })));
  expect(rejected).toBe(controller.signal.reason);
  expect(ran).toBe(false);
});

const refusing: readonly [string, StandardSchemaV1][] = [
  ['zod', z.object({ to: z.object({ name: z.string() }), tags: z.array(z.string()) })],
  ['valibot', v.object({ to: v.object({ name: v.string() }), tags: v.array(v.string()) })],
];

test.each(refusing)('an input that %s refuses is terminal, with a path and a message for each issue', (_, input) => {
  const handler = defineHandler({ type: 'mail.send', input, run: () => expect.fail('must not run') });
  const wrong = { to: { name: 7 }, tags: ['a', 8] };
  expect(() => invoke(handler, wrong, { stepKey: 'welcome[3]' })).toThrow(
    expect.objectContaining({
      name: 'InputInvalidError',
      code: 'HANDLER_INPUT_INVALID',
      retryable: false,
      message: expect.stringMatching(
        /^The "with" of step "welcome\[3\]" is not what the handler "mail\.send" takes: .*tags\[1\]: /,
      ),
      details: {
        type: 'mail.send',
        stepKey: 'welcome[3]',
        issues: [
          { path: 'to.name', message: expect.stringMatching(/./) },
          { path: 'tags[1]', message: expect.stringMatching(/./) },
        ],
      },
    }),
  );
});

test('an output that its schema refuses is terminal, also when it comes later', async () => {
  const output = z.object({ n: z.number() });
  // A cast, because the types would not let this pass.
  const wrong = { n: 'seven' } as unknown as { n: number };
  const refused = expect.objectContaining({
    name: 'OutputInvalidError',
    code: 'HANDLER_OUTPUT_INVALID',
    details: expect.objectContaining({ issues: [{ path: 'n', message: expect.stringContaining('number') }] }),
  });
  expect(() => invoke(defineHandler({ type: 'x', output, run: () => wrong }))).toThrow(refused);
  const later = await rejectionOf(
    Promise.resolve(invoke(defineHandler({ type: 'x', output, run: async () => wrong }))),
  );
  expect(later).toEqual(refused);
  expect(isTerminalError(later)).toBe(true);
});

test('thousands of issues make a short message and a short list', () => {
  const handler = defineHandler({ type: 'x', input: z.array(z.string()), run: () => null });
  const wrong = Array.from({ length: 5_000 }, () => 1);
  expect(() => invoke(handler, wrong)).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(/^.{0,1000}and 4990 more.{0,100}$/s),
      details: expect.objectContaining({ issues: expect.objectContaining({ length: 50 }) }),
    }),
  );
});

test('a path of objects and symbols is written out', () => {
  const schema: StandardSchemaV1 = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: () => ({
        issues: [{ message: 'bad', path: [{ key: 'a' }, { key: 0 }, Symbol('s')] }, { message: 'worse' }],
      }),
    },
  };
  expect(() => invoke(defineHandler({ type: 'x', input: schema, run: () => null }))).toThrow(
    expect.objectContaining({ message: expect.stringContaining('a[0].Symbol(s): bad; worse') }),
  );
});
