import { DURATION_FORM, readDuration } from '../definition/parse-duration.js';
import { StepValueError } from '../errors.js';
import type { Wait } from './batch.js';
import { isPlainObject } from './deep-freeze.js';

/** How a `sleep` says how long. */
export const SLEEP_FORM = `\`for\` (${DURATION_FORM}), or \`until\` (an instant: ISO 8601 with a time zone, or whole milliseconds since 1970)`;

/**
 * Reads the resolved `with` of a `sleep` step: `{ for: duration }` or `{ until: instant }`.
 *
 * Throws `StepValueError`; an instant that has passed is no error.
 */
export function readSleep(stepKey: string, input: unknown): Pick<Wait, 'wakeAt' | 'delayMs'> {
  const wait = isPlainObject(input) ? parseSleep(input) : null;
  if (wait !== null) return wait;
  throw new StepValueError(
    `Step "${stepKey}" is a sleep, and its \`with\` is ${JSON.stringify(input)?.slice(0, 100)}. Give it one of ${SLEEP_FORM}.`,
    { details: { stepKey } },
  );
}

/** Gives null for what is no sleep. */
export function parseSleep(input: Readonly<Record<string, unknown>>): Pick<Wait, 'wakeAt' | 'delayMs'> | null {
  const { for: span, until, ...others } = input;
  if (Object.keys(others).length > 0 || (span === undefined) === (until === undefined)) return null;
  if (span !== undefined) {
    const delayMs = readDuration(span);
    return delayMs === null ? null : { wakeAt: null, delayMs };
  }
  const wakeAt = readInstant(until);
  return wakeAt === null ? null : { wakeAt, delayMs: null };
}

/** A text without a zone is refused: it would mean another instant on another machine. */
const instantForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/;

function readInstant(value: unknown): number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : null;
  if (typeof value !== 'string' || !instantForm.test(value)) return null;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at;
}
