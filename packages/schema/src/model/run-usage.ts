/** Tokens, and cost in integer micro-units. */
export interface Spend {
  readonly tokens: number;
  readonly cost: number;
}

/**
 * What a run has used: `workflow_runs.usage`, as JSON.
 *
 * `steps`, `attempts` and `duration` are counted of runs that have a budget; tokens and cost of every run whose handlers
 * report them. What its descendants used is not in it: that stands in the pot of the run that has the budget.
 */
export interface RunUsage extends Spend {
  /** Steps that began: each item of a `foreach` and each time of a `repeat` is one. */
  readonly steps: number;
  readonly attempts: number;
  /** Milliseconds with an attempt running; several at the same time count once. */
  readonly duration: number;
  /** What the attempts in hand may use: it is kept free for them, and no part of the above. */
  readonly reserved: Spend;
  /** The part of `tokens` and `cost` that was charged for attempts that were cut off: nobody knows what those used. */
  readonly unsettled: Spend;
}

/** The amounts that a budget may limit. */
export const budgetAmounts = ['steps', 'attempts', 'duration', 'tokens', 'cost'] as const;
export type BudgetAmount = (typeof budgetAmounts)[number];

/** What a run may use up in all: whole numbers, `duration` in milliseconds and `cost` in micro-units; an amount that is missing has no limit. */
export type Budget = Readonly<Partial<Record<BudgetAmount, number>>>;

/** A run that has used nothing. */
export const noUsage: RunUsage = Object.freeze({
  ...{ steps: 0, attempts: 0, duration: 0, tokens: 0, cost: 0 },
  reserved: Object.freeze({ tokens: 0, cost: 0 }),
  unsettled: Object.freeze({ tokens: 0, cost: 0 }),
});
