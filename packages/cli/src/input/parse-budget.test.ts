import { expect, it } from 'vitest';
import { parseBudget, parseDeadline } from './parse-budget.js';

it('reads a budget, its amounts together and one after the other; the last word on one counts', () => {
  expect(parseBudget('tokens=200000, cost=2.50', { steps: 1, tokens: 5 })).toEqual({
    steps: 1,
    tokens: 200_000,
    cost: 2.5,
  });
  expect(parseBudget('duration=30m,attempts=3')).toEqual({ duration: '30m', attempts: 3 });
});

it.each(['', 'tokens', 'tokens=', 'tokens=1.5', 'tokens=-1', 'money=3', 'duration=30', 'cost=1.2345678', 'tokens=1 2'])(
  'refuses %j as a budget',
  (text) => {
    expect(() => parseBudget(text)).toThrow('Give AMOUNT=LIMIT');
  },
);

it('reads a deadline', () => {
  expect(parseDeadline('1h30m')).toBe('1h30m');
  expect(() => parseDeadline('soon')).toThrow('Give a duration such as 3d');
});
