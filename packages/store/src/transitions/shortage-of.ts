import { type Budget, type BudgetAmount, budgetAmounts, type Spend } from '@sisyphus-state/schema';

/** An amount of a budget that has no room for an attempt. */
export interface Shortage {
  readonly amount: BudgetAmount;
  /** With what is kept free for attempts in hand. */
  readonly used: number;
  readonly limit: number;
  /** What the attempt needs of it: its reservation, or 1 for any. */
  readonly needed: number;
}

/** What an attempt that is about to begin asks of a budget. */
export interface AttemptNeeds {
  readonly reserve: Spend;
  readonly isNewStep: boolean;
}

/** What is used of a budget, and what is kept free for attempts in hand. */
export type TakenAmounts = Readonly<Record<BudgetAmount, number>> & { readonly reserved: Spend };

/** Says what stands in the way of an attempt: its reservation must fit in, and of what it reserves none of something must be left. */
export function shortageOf(budget: Budget, taken: TakenAmounts, needs: AttemptNeeds): Shortage | null {
  for (const amount of budgetAmounts) {
    const limit = budget[amount];
    if (limit === undefined) continue;
    const needed = neededOf(amount, needs);
    const used = isSpend(amount) ? taken[amount] + taken.reserved[amount] : taken[amount];
    if (needed > 0 && used + needed > limit) return { amount, used, limit, needed };
  }
  return null;
}

function neededOf(amount: BudgetAmount, { reserve, isNewStep }: AttemptNeeds): number {
  if (amount === 'steps') return isNewStep ? 1 : 0;
  return isSpend(amount) ? Math.max(1, reserve[amount]) : 1;
}

function isSpend(amount: BudgetAmount): amount is 'tokens' | 'cost' {
  return amount === 'tokens' || amount === 'cost';
}
