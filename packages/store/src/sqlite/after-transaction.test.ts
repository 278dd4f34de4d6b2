import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { afterTransaction } from './after-transaction.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('calls back after the turn in which a transaction ended, not before', () => {
  const client = { inTransaction: true };
  const then = vi.fn();
  afterTransaction(client, then);
  client.inTransaction = false;
  expect(then).not.toHaveBeenCalled();
  vi.advanceTimersByTime(0);
  expect(then).toHaveBeenCalledTimes(1);
});

it('waits for a transaction that its owner keeps open, and calls back once', () => {
  const client = { inTransaction: true };
  const then = vi.fn();
  afterTransaction(client, then);
  vi.advanceTimersByTime(60_000);
  expect(then).not.toHaveBeenCalled();
  client.inTransaction = false;
  vi.advanceTimersByTime(1000);
  expect(then).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});
