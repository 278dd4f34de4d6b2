import { describe, expect, it } from 'vitest';
import type { RetryPolicy } from '../definition/plan.js';
import { retryDelay } from './retry-delay.js';

const policy: RetryPolicy = { attempts: 9, backoffMs: 1000, factor: 2, maxBackoffMs: 30_000, jitter: 'none' };

describe('the wait before the next attempt', () => {
  it.each([
    ['is the backoff after the first failure', policy, 1, null, 0.5, 1000],
    ['grows by the factor', policy, 4, null, 0.5, 8000],
    ['stays the same with a factor of 1', { ...policy, factor: 1 }, 9, null, 0.5, 1000],
    ['never exceeds the longest wait', policy, 6, null, 0.5, 30_000],
    ['is anywhere up to it with full jitter', { ...policy, jitter: 'full' as const }, 1, null, 0.25, 250],
    ['may be none at all with full jitter', { ...policy, jitter: 'full' as const }, 1, null, 0, 0],
    ['is at least half of it with equal jitter', { ...policy, jitter: 'equal' as const }, 1, null, 0, 500],
    ['is up to all of it with equal jitter', { ...policy, jitter: 'equal' as const }, 1, null, 0.5, 750],
    ['is no less than what the error asked for', policy, 1, 5000, 0.5, 5000],
    ['is longer than what the error asked for when the policy says so', policy, 4, 5000, 0.5, 8000],
    ['exceeds the longest wait when the error asks for it', policy, 1, 60_000, 0.5, 60_000],
    ['is what the error asked for, whatever the jitter', { ...policy, jitter: 'full' as const }, 1, 5000, 0, 5000],
    ['is a whole number of milliseconds (pitfall 27)', { ...policy, jitter: 'full' as const }, 1, null, 0.12345, 124],
    ['is the longest one after more failures than a number can hold', policy, 5000, null, 0.5, 30_000],
    ['is none with a backoff of 0, after any number of failures', { ...policy, backoffMs: 0 }, 5000, null, 0.5, 0],
  ])('%s', (_, policyOfCase, failures, retryAfterMs, random, delayMs) => {
    expect(retryDelay(policyOfCase, failures, retryAfterMs, random)).toBe(delayMs);
  });
});
