import { describe, expect, it } from 'vitest';
import { readSleep } from './read-sleep.js';

describe('a sleep', () => {
  it.each([
    ['a span of time', { for: '10m' }, { wakeAt: null, delayMs: 600_000 }],
    ['a span in milliseconds', { for: 5 }, { wakeAt: null, delayMs: 5 }],
    ['no time at all', { for: 0 }, { wakeAt: null, delayMs: 0 }],
    ['an instant as text', { until: '2026-01-01T00:00:00Z' }, { wakeAt: 1_767_225_600_000, delayMs: null }],
    [
      'an instant with an offset',
      { until: '2026-01-01T01:00:00.5+01:00' },
      { wakeAt: 1_767_225_600_500, delayMs: null },
    ],
    ['an instant in milliseconds', { until: 12 }, { wakeAt: 12, delayMs: null }],
  ])('takes %s', (_, input, expected) => {
    expect(readSleep('nap', input)).toEqual(expected);
  });

  it.each([
    ['nothing', {}],
    ['both', { for: '1s', until: 1 }],
    ['a key it does not know', { for: '1s', about: 2 }],
    ['a number without a unit', { for: '30' }],
    ['a negative span', { for: -1 }],
    ['a date without a time zone', { until: '2026-01-01T00:00:00' }],
    ['a day that is none', { until: '2026-13-01T00:00:00Z' }],
    ['half a millisecond', { until: 0.5 }],
    ['null', null],
  ])('refuses %s, and says what to write', (_, input) => {
    expect(() => readSleep('nap', input)).toThrow(/Step "nap" is a sleep.*`for`.*`until`/);
  });
});
