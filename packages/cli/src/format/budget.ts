import type { Budget, BudgetAmount, RunUsage } from '@sisyphus-state/schema';
import { budgetAmounts } from '@sisyphus-state/schema';
import { showDuration } from './time.js';

/** What is shown of a budget: what was used, of the run or of it and its children. */
export type UsedAmounts = Pick<RunUsage, BudgetAmount | 'reserved'>;

/** A budget beside what is used of it: `tokens 90 of 100 (10 kept free), steps 2 of 9`; what has no limit is shown where any is used. */
export function showBudget(budget: Budget | null, used: UsedAmounts): string {
  return budgetAmounts
    .flatMap((amount) => {
      const limit = budget?.[amount];
      const taken = showAmount(amount, used[amount]);
      if (limit === undefined) return used[amount] === 0 ? [] : [`${amount} ${taken}`];
      const free = amount === 'tokens' || amount === 'cost' ? used.reserved[amount] : 0;
      const kept = free === 0 ? '' : ` (${showAmount(amount, free)} kept free)`;
      return [`${amount} ${taken} of ${showAmount(amount, limit)}${kept}`];
    })
    .join(', ');
}

/** An amount as people write it: cost in units of money, at least to the cent. */
function showAmount(amount: BudgetAmount, value: number): string {
  if (amount === 'duration') return showDuration(value);
  if (amount !== 'cost') return String(value);
  const [whole, fraction = ''] = (value / 1_000_000).toFixed(6).split('.');
  return `${whole}.${fraction.replace(/0{0,4}$/, '')}`;
}
