import { MAX_RETRY_AFTER_MS } from '../errors.js';

const SECONDS = /^\d+(?:\.\d+)?$/;
// Date.parse alone would take "5 apples 2030" for a date.
const HTTP_DATE = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? /i;
const ZONE = /(?:gmt|utc|[+-]\d{4})$/i;

/**
 * The wait a `Retry-After` header asks for, in milliseconds, or `null` when it says nothing that can be understood.
 *
 * A date counts from the server's own `Date` when it sent one, so that a wrong clock here does not matter; a past one is 0. Never more than a year.
 */
export function parseRetryAfter(
  header: string | null,
  from: { readonly date: string | null; readonly nowMs: number },
): number | null {
  const value = header?.trim() ?? '';
  if (SECONDS.test(value)) return Math.min(Math.ceil(Number(value) * 1_000), MAX_RETRY_AFTER_MS);
  const until = parseHttpDate(value);
  if (until === null) return null;
  const sinceMs = parseHttpDate(from.date?.trim() ?? '') ?? from.nowMs;
  return Math.min(Math.max(0, until - sinceMs), MAX_RETRY_AFTER_MS);
}

function parseHttpDate(value: string): number | null {
  if (!HTTP_DATE.test(value)) return null;
  // The oldest of the three forms names no zone, and means UTC like the others.
  const ms = Date.parse(ZONE.test(value) ? value : `${value} GMT`);
  return Number.isNaN(ms) ? null : ms;
}
