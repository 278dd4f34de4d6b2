import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { longTimeout } from './long-timeout.js';

const day = 86_400_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it.each([0, 1, 1000, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 + 5, 90 * day])(
  'fires after %d ms, not before, and once (pitfall 27)',
  (delayMs) => {
    const action = vi.fn();
    longTimeout(action, delayMs);
    vi.advanceTimersByTime(Math.max(0, delayMs - 1));
    expect(action).toHaveBeenCalledTimes(delayMs === 0 ? 1 : 0);
    vi.advanceTimersByTime(1);
    expect(action).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(60 * day);
    expect(action).toHaveBeenCalledTimes(1);
  },
);

it.each([0, 40])('fires never once it was cancelled after %d days', (days) => {
  const action = vi.fn();
  const cancel = longTimeout(action, 90 * day);
  vi.advanceTimersByTime(days * day);
  cancel();
  vi.advanceTimersByTime(365 * day);
  expect(action).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
