import { describe, expect, it } from 'vitest';
import { budgetOf, reserveOf } from './budget-of.js';
import type { BudgetDefinition } from './definition.js';

describe('budgetOf', () => {
  it('gives milliseconds and micro-units, and leaves out what has no limit', () => {
    expect(budgetOf({ steps: 2, attempts: 3, duration: '1m', tokens: 0, cost: 2.5 })).toEqual({
      ...{ steps: 2, attempts: 3, duration: 60_000, tokens: 0, cost: 2_500_000 },
    });
    expect(budgetOf({ tokens: 7, cost: undefined })).toEqual({ tokens: 7 });
    expect([budgetOf(undefined), budgetOf({})]).toEqual([null, null]);
  });

  it.each([
    [0.1, 100_000],
    [0.07, 70_000],
    [1.1, 1_100_000],
    [0.000_001, 1],
    [9_000_000_000, 9_000_000_000_000_000],
  ])('keeps a cost of %d to the micro-unit', (cost, micro) => {
    expect(budgetOf({ cost })).toEqual({ cost: micro });
    expect(reserveOf({ cost })).toEqual({ tokens: 0, cost: micro });
  });

  it.each([
    [{ tokens: 1.5 }, 'budget.tokens'],
    [{ steps: 0 }, 'budget.steps'],
    [{ cost: -1 }, 'budget.cost'],
    [{ duration: '30' }, 'budget.duration'],
    [{ token: 5 }, '"token"'],
  ])('refuses %j, naming what is wrong', (budget, named) => {
    expect(() => budgetOf(budget as BudgetDefinition)).toThrow(RangeError);
    expect(() => budgetOf(budget as BudgetDefinition)).toThrow(named);
  });
});
