import { inspect } from 'node:util';
import { expect, test, vi } from 'vitest';
import { HandlerError, isTerminalError, RetryableError, retryAfterMsOf, TerminalError } from './errors.js';

test('a handler error leaves the retry to the policy and has a code of its own', () => {
  const error = new HandlerError('it broke');
  expect(error).toMatchObject({ name: 'HandlerError', message: 'it broke', code: 'HANDLER_FAILED', retryable: null });
  expect(error.details).toBeNull();
  expect('cause' in error).toBe(false);
});

test('an error keeps its code, details and cause', () => {
  const cause = new Error('deeper');
  const error = new TerminalError('no', { code: 'NO_FUNDS', details: { account: 7 }, cause });
  expect(error).toMatchObject({ name: 'TerminalError', code: 'NO_FUNDS', details: { account: 7 }, retryable: false });
  expect(error.cause).toBe(cause);
  expect(error).toBeInstanceOf(HandlerError);
});

test('a terminal error is told from every other thrown value', () => {
  class Lost extends TerminalError {}
  expect([new TerminalError('x'), new Lost('x')].map(isTerminalError)).toEqual([true, true]);
  const others = [
    new HandlerError('x'),
    new RetryableError('x'),
    new Error('x'),
    'x',
    null,
    undefined,
    { retryable: false },
  ];
  expect(others.map(isTerminalError)).toEqual(others.map(() => false));
});

test('errors of another copy of the package are recognised', async () => {
  vi.resetModules();
  const other = await import('./errors.js');
  const foreign = new other.TerminalError('from the other copy');
  expect(foreign).not.toBeInstanceOf(TerminalError);
  expect(isTerminalError(foreign)).toBe(true);
  expect(retryAfterMsOf(new other.RetryableError('later', { retryAfterMs: 5 }))).toBe(5);
});

test.each([
  [0, 0],
  [1_500, 1_500],
  [0.2, 1],
  [1e23, 366 * 86_400_000],
  [-1, null],
  [Number.NaN, null],
  [Number.POSITIVE_INFINITY, null],
])('a retryAfterMs of %s asks for %s', (given, asked) => {
  const error = new RetryableError('later', { retryAfterMs: given });
  expect(error.retryAfterMs).toBe(asked);
  expect(retryAfterMsOf(error)).toBe(asked);
});

test('only a retryable error asks for a wait', () => {
  expect(new RetryableError('x')).toMatchObject({ code: 'RETRYABLE', retryable: true, retryAfterMs: null });
  expect(retryAfterMsOf(Object.assign(new Error('x'), { retryAfterMs: 5 }))).toBeNull();
  expect(retryAfterMsOf(Object.assign(new TerminalError('x'), { retryAfterMs: 5 }))).toBeNull();
  expect(retryAfterMsOf('soon')).toBeNull();
});

test('the mark of an error does not show when it is printed', () => {
  expect(inspect(new TerminalError('x'))).not.toContain('sisyphus-state.error');
});
