import { z } from 'zod';

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const WRITTEN = /^(\d+)(ms|s|m|h|d)$/;
// Node's timers hold 31 bits; a longer one would fire at once.
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A timer's duration in a step: integer milliseconds, or a text with a unit such as `500ms`, `10s`, `2m`, `1h`, `3d`. */
export const timerDuration = z
  .union([z.number(), z.string()])
  .transform((written) => millisecondsOf(written))
  .refine((ms) => ms !== null && ms > 0 && ms <= MAX_TIMER_MS, {
    error: 'expected whole milliseconds or a text with a unit such as "500ms", "10s" or "2m", from 1 ms to 24 days',
  })
  .transform((ms) => ms ?? 0);

/** Milliseconds of a written duration, or `null` when it is none. */
export function millisecondsOf(written: number | string): number | null {
  if (typeof written === 'number') return Number.isSafeInteger(written) && written >= 0 ? written : null;
  const [, count, unit] = WRITTEN.exec(written) ?? [];
  if (count === undefined || !isUnit(unit)) return null;
  const ms = Number(count) * UNIT_MS[unit];
  return Number.isSafeInteger(ms) ? ms : null;
}

function isUnit(unit: string | undefined): unit is keyof typeof UNIT_MS {
  return unit !== undefined && unit in UNIT_MS;
}
