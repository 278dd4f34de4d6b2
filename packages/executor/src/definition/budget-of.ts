import type { Budget, Spend } from '@sisyphus-state/schema';
import type { z } from 'zod';
import type { BudgetDefinition, ReserveDefinition } from './definition.js';
import { budgetShape } from './definition-shape.js';
import { parseDuration } from './parse-duration.js';

/**
 * Gives a budget as it is stored: whole numbers, `duration` in milliseconds and `cost` in micro-units; null for none.
 *
 * Throws `RangeError` for one that is not as it should be, which a checked definition's always is.
 */
export function budgetOf(written: BudgetDefinition | undefined): Budget | null {
  if (written === undefined) return null;
  const { success, error } = budgetShape.safeParse(written);
  if (!success) throw new RangeError(describe(error));
  const { duration, cost, ...counts } = written;
  const budget: Budget = {
    ...counts,
    ...(duration === undefined ? null : { duration: parseDuration(duration) }),
    ...(cost === undefined ? null : { cost: microUnits(cost) }),
  };
  const limits = Object.entries(budget).filter(([, limit]) => limit !== undefined);
  return limits.length === 0 ? null : Object.fromEntries(limits);
}

/** What is kept free for an attempt of a step, in tokens and micro-units. */
export function reserveOf({ tokens = 0, cost = 0 }: ReserveDefinition = {}): Spend {
  return { tokens, cost: microUnits(cost) };
}

/** An amount of money in whole micro-units: the nearest, because 0.1 is none exactly. */
export function microUnits(cost: number): number {
  return Math.round(cost * 1_000_000);
}

function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  const place = ['budget', ...(issue?.path ?? [])].map(String).join('.');
  return `\`${place}\` is no budget: ${issue?.message ?? 'it is not as it should be'}. Write { steps: 200, attempts: 300, duration: "30m", tokens: 100000, cost: 2.5 }, any of them.`;
}
