import { describe, expect, it } from 'vitest';
import { wakeAtOf } from './wake-at.js';

describe('the end of a wait', () => {
  it.each([
    ['an instant', { wakeAt: 90, delayMs: null }, 90],
    ['a delay from the event on', { wakeAt: null, delayMs: 50 }, 150],
    ['a delay that is no whole number, rounded up', { wakeAt: null, delayMs: 0.2 }, 101],
    ['the earlier of two: the instant', { wakeAt: 120, delayMs: 50 }, 120],
    ['the earlier of two: the delay', { wakeAt: 170, delayMs: 50 }, 150],
    ['none: only an outsider ends it', { wakeAt: null, delayMs: null }, null],
  ])('is %s', (_, wait, expected) => {
    expect(wakeAtOf(wait, { at: 100 })).toBe(expected);
  });
});
