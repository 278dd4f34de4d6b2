import { SisyphusError } from '@sisyphus-state/schema';

/** A span of time: a text with units (`30s`, `1h30m`, `1.5h`) or integer milliseconds. */
export type Duration = string | number;

/** The text or number is no duration. */
export class DurationInvalidError extends SisyphusError {
  readonly code = 'DURATION_INVALID';
  readonly retryable = false;
}

/** How a duration is written, for error messages. */
export const DURATION_FORM =
  'a text with units such as "30s", "10m" or "1h30m" (ms, s, m, h, d, w), or whole milliseconds';

const UNIT_MS: Readonly<Record<string, bigint>> = {
  w: 604_800_000n,
  d: 86_400_000n,
  h: 3_600_000n,
  m: 60_000n,
  s: 1_000n,
  ms: 1n,
};

const PART = String.raw`\d+(?:\.\d+)?`;

/** Larger units first, each at most once. */
export const DURATION_PATTERN = new RegExp(
  `^(?=.)${Object.keys(UNIT_MS)
    .map((unit) => `(?:${PART}${unit})?`)
    .join('')}$`,
);

const MAX_LENGTH = 64;

/**
 * Gives the milliseconds of a duration: an integer from 0 to 2^53 - 1.
 *
 * Units run from large to small, each at most once (`1h30m`); a fraction must come to whole milliseconds. A number
 * without a unit (`"30"`) is refused, for nobody knows what was meant. Throws `DurationInvalidError`.
 */
export function parseDuration(duration: Duration): number {
  const ms = readDuration(duration);
  if (ms !== null) return ms;
  const shown = typeof duration === 'string' ? JSON.stringify(duration.slice(0, MAX_LENGTH)) : String(duration);
  throw new DurationInvalidError(`${shown} is no duration. Write ${DURATION_FORM}.`, { details: { duration: shown } });
}

/** As `parseDuration`; null for anything that is no duration. */
export function readDuration(duration: unknown): number | null {
  if (typeof duration === 'number') return Number.isSafeInteger(duration) && duration >= 0 ? duration : null;
  if (typeof duration !== 'string' || duration.length > MAX_LENGTH || !DURATION_PATTERN.test(duration)) return null;
  let total = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of duration.matchAll(/(\d+)(?:\.(\d+))?([a-z]+)/g)) {
    const scale = 10n ** BigInt(fraction.length);
    const scaled = BigInt(whole + fraction) * (UNIT_MS[unit] ?? 0n);
    if (scaled % scale !== 0n) return null;
    total += scaled / scale;
  }
  return total <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(total) : null;
}
