import { expect, test } from 'vitest';
import { parseRetryAfter } from './retry-after.js';

const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
const nowMs = Date.UTC(2000, 0, 1);

test.each<[string | null, number | null]>([
  ['0', 0],
  ['120', 120_000],
  [' 3 ', 3_000],
  ['1.5', 1_500],
  ['0.0001', 1],
  ['99999999999999999999', 366 * 86_400_000],
  ['9'.repeat(400), 366 * 86_400_000],
  ['Fri, 31 Dec 9999 23:59:59 GMT', 366 * 86_400_000],
  [null, null],
  ['', null],
  ['-1', null],
  ['+5', null],
  ['1e3', null],
  ['soon', null],
  ['5 apples 2030', null],
  ['Monday', null],
  ['2030-01-01T00:00:00Z', null],
])('seconds: %j asks for %s ms', (header, ms) => {
  expect(parseRetryAfter(header, { date: null, nowMs })).toBe(ms);
});

test.each([
  ['the form of today', 'Sun, 06 Nov 1994 08:50:37 GMT'],
  ['the form of RFC 850', 'Sunday, 06-Nov-94 08:50:37 GMT'],
  ["the form of C's asctime, in UTC", 'Sun Nov  6 08:50:37 1994'],
])('a date in %s counts from the server’s own date', (_, header) => {
  expect(parseRetryAfter(header, { date, nowMs })).toBe(60_000);
});

test('a date counts from now when the server sent no date, or none to be understood', () => {
  const header = 'Sat, 01 Jan 2000 00:00:10 GMT';
  expect(parseRetryAfter(header, { date: null, nowMs })).toBe(10_000);
  expect(parseRetryAfter(header, { date: 'yesterday', nowMs })).toBe(10_000);
});

test('a date that has passed asks for no wait', () => {
  expect(parseRetryAfter('Sun, 06 Nov 1994 08:49:00 GMT', { date, nowMs })).toBe(0);
});
