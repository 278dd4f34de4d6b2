import { expect, test } from 'vitest';
import { draftInstant } from './draft-instant.js';

const at = Date.UTC(2024, 1, 29, 23, 59, 58);

test.each([
  ['2024-02-29 23:59:58', at],
  ['2024-02-29T23:59:58', at],
  ['2024-02-29T23:59:58Z', at],
  ['2024-02-29T23:59:58.000Z', at],
  ['2024-02-29 23:59:58.250', at + 250],
  ['2024-02-29T23:59:58.123456Z', at + 123],
  ['2024-03-01T01:59:58+02:00', at],
  ['2024-03-01T01:59:58+0200', at],
  ['2024-02-29 23:59', Date.UTC(2024, 1, 29, 23, 59)],
  ['2024-02-29', Date.UTC(2024, 1, 29)],
  [' 2024-02-29 23:59:58 ', at],
  [at, at],
  [at + 0.75, at],
  [at / 1000, at],
  [BigInt(at), at],
])('reads %s as an instant in UTC', (cell, expected) => {
  expect(draftInstant(cell)).toBe(expected);
});

test.each([
  '',
  'yesterday',
  '29.02.2024',
  '2024-13-01 00:00:00',
  null,
  undefined,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  new Uint8Array(2),
])('reads %s as none', (cell) => {
  expect(draftInstant(cell)).toBeNull();
});
