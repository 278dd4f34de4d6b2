const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** How long something took, in at most two units: `12ms`, `3.1s`, `2m 05s`, `3h 12m`, `2d 4h`. */
export function showDuration(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole < second) return `${whole}ms`;
  // Cut, not rounded: 59.96 s must not show as 60.0s.
  if (whole < minute) return `${(Math.floor(whole / 100) / 10).toFixed(1)}s`;
  if (whole < hour) return twoUnits(whole, minute, 'm', second, 's');
  if (whole < day) return twoUnits(whole, hour, 'h', minute, 'm');
  return `${Math.floor(whole / day)}d ${Math.floor((whole % day) / hour)}h`;
}

/** As `showDuration`, for a time that is still running: `0.4s`, so that its last digits don't race. */
export function showElapsed(ms: number): string {
  return ms < second ? `${(Math.floor(Math.max(0, ms) / 100) / 10).toFixed(1)}s` : showDuration(ms);
}

function twoUnits(ms: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)}${largeUnit} ${String(rest).padStart(2, '0')}${smallUnit}`;
}

/** How long ago an instant was, in one unit: `just now`, `3m ago`. */
export function showAge(at: number, now: number): string {
  const ms = now - at;
  if (ms < second) return 'just now';
  if (ms < minute) return `${Math.floor(ms / second)}s ago`;
  if (ms < hour) return `${Math.floor(ms / minute)}m ago`;
  if (ms < day) return `${Math.floor(ms / hour)}h ago`;
  return `${Math.floor(ms / day)}d ago`;
}

/** An instant in the reader's own time zone: `2026-01-31 09:05:07`. */
export function showInstant(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${showTime(at)}`;
}

/** An instant that somebody waits for: its time alone when it is within half a day of `now`, else with its date. */
export function showMoment(at: number, now: number): string {
  return Math.abs(at - now) < day / 2 ? showTime(at) : showInstant(at);
}

/** The time of an instant in the reader's own time zone: `09:05:07`. */
export function showTime(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

/** An instant as programs read it: ISO 8601, UTC; null stays null. */
export function isoInstant(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
