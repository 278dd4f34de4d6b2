import { parseDuration } from '@sisyphus-state/executor';
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

/** Reads `--limit` of a list and `--concurrency`: a whole number from 1. */
export function parseLimit(text: string): number {
  const limit = wholeNumber(text);
  if (limit === null) throw new InvalidArgumentError('Give a whole number from 1.');
  return limit;
}

/** A limit of a queue, as `work` is told of it. */
export interface QueueLimit {
  readonly queue: string;
  readonly limit: number;
}

/** Reads `--limit` and `--key-limit` of `work`: `QUEUE=N`, once for a queue. */
export function parseQueueLimit(text: string, earlier: readonly QueueLimit[] = []): readonly QueueLimit[] {
  const [, queue = '', number = ''] = /^(.+)=([^=]*)$/s.exec(text) ?? [];
  const limit = wholeNumber(number);
  if (queue === '' || limit === null)
    throw new InvalidArgumentError('Give QUEUE=N with a whole number from 1, such as mail=3.');
  if (earlier.some((other) => other.queue === queue))
    throw new InvalidArgumentError(`Queue "${queue}" has one already.`);
  return [...earlier, { queue, limit }];
}

/** Reads `--priority`: a whole number, also below 0. */
export function parsePriority(text: string): number {
  const priority = Number(text);
  if (!/^-?\d+$/.test(text) || Math.abs(priority) > mostPriority)
    throw new InvalidArgumentError(`Give a whole number from -${mostPriority} to ${mostPriority}.`);
  return priority;
}

/** Reads `--start-after`: a duration from now, or an instant with its time zone. */
export function parseStartAfter(text: string): string | Date {
  if (/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text)) {
    const at = new Date(text);
    if (!Number.isNaN(at.getTime())) return at;
  }
  try {
    parseDuration(text);
    return text;
  } catch {
    throw new InvalidArgumentError('Give a duration such as 10m or 1h30m, or an instant such as 2030-01-31T09:00:00Z.');
  }
}

/** Reads a name that must not be empty: of a queue, a key or a namespace. */
export function parseName(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It may not be empty.');
  return text;
}

/** As `parseName`, for an option that may be repeated. */
export function parseNames(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...new Set([...earlier, parseName(text)])];
}

/** As in a definition. */
const mostPriority = 1_000_000;

/** Null for anything but a whole number from 1. */
function wholeNumber(text: string): number | null {
  const number = Number(text);
  return /^\d+$/.test(text) && Number.isSafeInteger(number) && number >= 1 ? number : null;
}
