import { type RunStatus, runStatuses } from '@sisyphus-state/schema';
import { InvalidArgumentError } from 'commander';

/** Reads `--status`: one or more run statuses, separated by commas; given twice, both count. */
export function parseStatuses(text: string, earlier: readonly RunStatus[] = []): readonly RunStatus[] {
  const statuses = text.split(',').map((word) => {
    const status = runStatuses.find((each) => each === word.trim());
    if (status === undefined) throw new InvalidArgumentError(`A status is one of ${runStatuses.join(', ')}.`);
    return status;
  });
  return [...new Set([...earlier, ...statuses])];
}

/** Reads `--limit`: a whole number from 1. */
export function parseLimit(text: string): number {
  const limit = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(limit) || limit < 1)
    throw new InvalidArgumentError('Give a whole number from 1.');
  return limit;
}
