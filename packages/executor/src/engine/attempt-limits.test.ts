import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AttemptLimits } from './attempt-limits.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Limits with a grace of 5 ms, and what was told of them, counted from now. */
function limitsFromNow() {
  const told: (number | null)[] = [];
  const start = performance.now();
  const limits = new AttemptLimits(5, (instant) => told.push(instant === null ? null : instant - start));
  return { limits, told };
}

describe('until when a lease may be renewed', () => {
  it('is the end of the timeout and the grace, until the attempt has ended', () => {
    const { limits, told } = limitsFromNow();
    vi.advanceTimersByTime(100);
    limits.began('a', 20);
    limits.ended('a');
    expect(told).toEqual([125, null]);
  });

  it('has no end for an attempt without a timeout', () => {
    const { limits, told } = limitsFromNow();
    limits.began('a', null);
    limits.ended('a');
    expect(told).toEqual([]);
  });

  it('is the earliest end of several, whichever attempts have no timeout and in whatever order they end', () => {
    const { limits, told } = limitsFromNow();
    limits.began('none', null);
    limits.began('late', 50);
    limits.began('later', 60);
    limits.began('early', 10);
    limits.ended('later');
    limits.ended('none');
    limits.ended('early');
    limits.ended('late');
    expect(told).toEqual([55, 15, 55, null]);
  });

  it('begins anew with the next attempt of a step', () => {
    const { limits, told } = limitsFromNow();
    limits.began('a', 10);
    limits.ended('a');
    vi.advanceTimersByTime(30);
    limits.began('a', 10);
    expect(told).toEqual([15, null, 45]);
  });
});
