import type { BudgetDefinition } from '@sisyphus-state/executor';
import { parseDuration } from '@sisyphus-state/executor';
import { budgetAmounts } from '@sisyphus-state/schema';
import { InvalidArgumentError } from 'commander';

const form =
  'Give AMOUNT=LIMIT with steps, attempts, tokens (whole numbers), duration (30m) or cost (2.50), such as tokens=200000.';

/** Reads `--budget`: `AMOUNT=LIMIT`, several with commas between them or one after the other. */
export function parseBudget(text: string, earlier: BudgetDefinition = {}): BudgetDefinition {
  const given = text.split(',').map((part): readonly [string, string | number] => {
    const [, name = '', limit = ''] = /^\s*(\w+)\s*=\s*(\S+)\s*$/.exec(part) ?? [];
    const amount = budgetAmounts.find((each) => each === name);
    if (amount === undefined) throw new InvalidArgumentError(form);
    return [amount, amount === 'duration' ? durationOf(limit) : numberOf(limit, amount === 'cost')];
  });
  return { ...earlier, ...Object.fromEntries(given) };
}

/** Reads `--deadline`: a duration from now. */
export function parseDeadline(text: string): string {
  return durationOf(text, 'Give a duration such as 3d or 1h30m.');
}

function durationOf(text: string, remedy = form): string {
  try {
    parseDuration(text);
    return text;
  } catch {
    throw new InvalidArgumentError(remedy);
  }
}

function numberOf(text: string, isMoney: boolean): number {
  if (!(isMoney ? /^\d+(\.\d{1,6})?$/ : /^\d+$/).test(text)) throw new InvalidArgumentError(form);
  return Number(text);
}
