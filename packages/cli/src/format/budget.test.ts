import { noUsage } from '@sisyphus-state/schema';
import { expect, it } from 'vitest';
import { showBudget } from './budget.js';

it.each([
  [
    { tokens: 100, steps: 9 },
    { ...noUsage, tokens: 90, steps: 2, attempts: 3 },
    'steps 2 of 9, attempts 3, tokens 90 of 100',
  ],
  [{ cost: 2_500_000 }, { ...noUsage, cost: 70_000 }, 'cost 0.07 of 2.50'],
  [{ cost: 1 }, { ...noUsage, reserved: { tokens: 0, cost: 1 } }, 'cost 0.00 of 0.000001 (0.000001 kept free)'],
  [null, { ...noUsage, tokens: 5, duration: 1500 }, 'duration 1.5s, tokens 5'],
])('shows %j beside what is used of it', (budget, used, shown) => {
  expect(showBudget(budget, used)).toBe(shown);
});
