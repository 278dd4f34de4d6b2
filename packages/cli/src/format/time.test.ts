import { describe, expect, it } from 'vitest';
import { isoInstant, showAge, showDuration, showElapsed, showInstant, showMoment, showTime } from './time.js';

describe('showDuration', () => {
  it.each([
    [0, '0ms'],
    [-5, '0ms'],
    [999.4, '999ms'],
    [1000, '1.0s'],
    [3149, '3.1s'],
    [59_960, '59.9s'],
    [60_000, '1m 00s'],
    [125_900, '2m 05s'],
    [3_600_000, '1h 00m'],
    [86_399_000, '23h 59m'],
    [187_200_000, '2d 4h'],
  ])('%d ms is %s', (ms, shown) => {
    expect(showDuration(ms)).toBe(shown);
  });
});

it('shows a running time in tenths of seconds from the start', () => {
  expect([-1, 0, 449, 999, 1000, 61_000].map(showElapsed)).toEqual(['0.0s', '0.0s', '0.4s', '0.9s', '1.0s', '1m 01s']);
});

describe('showAge', () => {
  it.each([
    [500, 'just now'],
    // A clock that was set back must not make an age negative.
    [-90_000, 'just now'],
    [59_999, '59s ago'],
    [60_000, '1m ago'],
    [7_200_000, '2h ago'],
    [172_800_000, '2d ago'],
  ])('%d ms is %s', (ms, shown) => {
    expect(showAge(1_000_000_000, 1_000_000_000 + ms)).toBe(shown);
  });
});

it('shows an instant in the time zone of the reader', () => {
  const at = new Date(2026, 0, 31, 9, 5, 7).getTime();
  expect(showInstant(at)).toBe('2026-01-31 09:05:07');
  expect(showTime(at)).toBe('09:05:07');
});

it('gives programs ISO 8601 in UTC, and null for no instant', () => {
  expect(isoInstant(0)).toBe('1970-01-01T00:00:00.000Z');
  expect(isoInstant(null)).toBeNull();
});

it('shows the date of a moment only when it is far from now', () => {
  const now = new Date(2026, 0, 31, 14, 0, 0).getTime();
  expect(showMoment(now + 3_600_000, now)).toBe('15:00:00');
  expect(showMoment(now + 13 * 3_600_000, now)).toBe('2026-02-01 03:00:00');
  expect(showMoment(now - 13 * 3_600_000, now)).toBe('2026-01-31 01:00:00');
});
