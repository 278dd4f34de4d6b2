import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startDeadline } from './deadline.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('a deadline aborts when its time is up, and says that it was the time', () => {
  const deadline = startDeadline(new AbortController().signal, 1_000);
  vi.advanceTimersByTime(999);
  expect([deadline.signal.aborted, deadline.isOver()]).toEqual([false, false]);
  vi.advanceTimersByTime(1);
  expect([deadline.signal.aborted, deadline.isOver()]).toEqual([true, true]);
});

test('a deadline follows its parent with the same reason, and then it was not the time', () => {
  const parent = new AbortController();
  const deadline = startDeadline(parent.signal, 1_000);
  parent.abort('cancelled');
  vi.advanceTimersByTime(5_000);
  expect(deadline.signal.reason).toBe('cancelled');
  expect(deadline.isOver()).toBe(false);
});

test('a parent that is already aborted aborts at once', () => {
  expect(startDeadline(AbortSignal.abort('before'), 1_000).signal.reason).toBe('before');
});

test('a released deadline has no timer and does not follow any more', () => {
  const parent = new AbortController();
  const deadline = startDeadline(parent.signal, 1_000);
  deadline.release();
  expect(vi.getTimerCount()).toBe(0);
  parent.abort();
  expect(deadline.signal.aborted).toBe(false);
});
