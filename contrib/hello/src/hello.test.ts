import { createRegistry, type HandlerRun, invokeHandler, isTerminalError } from '@sisyphus-state/handlers';
import { expect, test } from 'vitest';
import { hello } from './hello.js';

/** Calls the handler as the engine does, its input and output checked. */
async function call(input: unknown, given: Partial<HandlerRun> = {}): Promise<unknown> {
  const registered = createRegistry([hello]).get('hello');
  if (registered === null) throw new Error('hello is not registered under its type');
  const run: HandlerRun = {
    signal: new AbortController().signal,
    runId: 'run-1',
    stepKey: 'greet',
    idempotencyKey: 'run-1:greet',
    attempt: 1,
    log: () => {},
    progress: () => {},
    usage: () => {},
    step: Object.freeze({ id: 'greet', type: 'hello', with: input }),
    context: Object.freeze({}),
    ...given,
  };
  return invokeHandler(registered, { input, run });
}

test('somebody is greeted', async () => {
  expect(await call({ name: 'Ada' })).toEqual({ message: 'Hello, Ada!' });
});

test('the greeting can be chosen', async () => {
  expect(await call({ name: 'Ada', greeting: 'Bonjour' })).toEqual({ message: 'Bonjour, Ada!' });
});

test('who is greeted is in the run’s log', async () => {
  const lines: unknown[] = [];
  await call({ name: 'Ada' }, { log: (...line) => lines.push(line) });
  expect(lines).toEqual([['greeting', { name: 'Ada' }]]);
});

test.each([
  ['nothing', undefined],
  ['no name', {}],
  ['an empty name', { name: ' ' }],
  ['an unknown key', { name: 'Ada', title: 'Lady' }],
])('%s is refused before it runs', async (_, input) => {
  await expect(call(input)).rejects.toMatchObject({ code: 'HANDLER_INPUT_INVALID', retryable: false });
});

test('a name of several lines is refused for good', async () => {
  const refusal = await call({ name: 'Ada\nByron' }).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'HELLO_NAME_HAS_LINES' });
  expect(isTerminalError(refusal)).toBe(true);
});
