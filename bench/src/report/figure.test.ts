import { expect, it } from 'vitest';
import { atLeast, atMost, verdict } from './figure.js';

it.each([
  [0.8, atLeast(0.8), 'ok'],
  [0.79, atLeast(0.8), 'short'],
  [4, atMost(4), 'ok'],
  [4.01, atMost(4), 'short'],
  [1, null, null],
] as const)('judges %d against %j as %s', (value, aim, expected) => {
  expect(verdict({ of: 'of raw', value, aim })).toBe(expected);
});

it('never calls a value that could not be measured ok', () => {
  expect(verdict({ of: 'of raw', value: Number.NaN, aim: atMost(2) })).toBe('short');
  expect(verdict({ of: 'of raw', value: Number.NaN, aim: atLeast(2) })).toBe('short');
});
