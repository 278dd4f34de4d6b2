import { describe, expect, it } from 'vitest';
import { manualClock } from './manual-clock.js';

describe('manualClock', () => {
  it('stands still until it is moved', () => {
    const { now } = manualClock(1000);
    expect([now(), now()]).toEqual([1000, 1000]);
  });

  it('moves on, back, and to any instant, and says where it is', () => {
    const clock = manualClock(1000);
    expect(clock.advance(5)).toBe(1005);
    expect(clock.advance(-10)).toBe(995);
    expect(clock.set(7)).toBe(7);
    expect(clock.now()).toBe(7);
  });

  it('works without its object, as the store calls it', () => {
    const { now, advance } = manualClock(1);
    advance(1);
    expect([1].map(now)).toEqual([2]);
  });

  it('starts past the reach of 32 bits, so that a narrow column is found out', () => {
    expect(manualClock().now()).toBeGreaterThan(2 ** 32);
  });

  it.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses %s, which is no instant', (at) => {
    expect(() => manualClock(at)).toThrow(RangeError);
    expect(() => manualClock(0).set(at)).toThrow(RangeError);
  });
});
