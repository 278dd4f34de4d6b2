import { describe, expect, it } from 'vitest';
import { createGivenClock, createServerClock } from './store-clock.js';

describe('the server’s clock, kept in mind', () => {
  it('goes on from the last answer', () => {
    let monotonic = 50;
    const clock = createServerClock(() => monotonic);
    expect(clock.settle(1_000_000)).toBe(1_000_000);
    monotonic = 80.9;
    expect(clock.now()).toBe(1_000_030);
  });

  it('is corrected by each answer, also backwards', () => {
    const clock = createServerClock(() => 0);
    clock.settle(5000);
    clock.settle(100);
    expect(clock.now()).toBe(100);
  });

  it('before the first answer shows an instant that no server takes for its own', () => {
    const clock = createServerClock(() => 0);
    expect([clock.now(), clock.toleranceMs]).toEqual([0, 1000]);
  });
});

describe('a given clock', () => {
  it('shows whole milliseconds, whatever the server says, and is right by definition', () => {
    const clock = createGivenClock(() => 7.9);
    expect([clock.now(), clock.settle(99), clock.toleranceMs]).toEqual([7, 7, null]);
  });
});
