/**
 * A clock that stands still until a test moves it.
 *
 * Its functions need no `this`: hand `clock.now` to `openStore` as it is. Instants are whole milliseconds since the epoch.
 */
export interface ManualClock {
  readonly now: () => number;
  /** Moves the clock on by this much, or back when negative; returns the new instant. */
  readonly advance: (ms: number) => number;
  /** Puts the clock at this instant, earlier ones too: real clocks are set back as well. */
  readonly set: (at: number) => number;
}

/** Makes a clock that shows `startMs`: an instant in 2026, past the reach of 32 bits, unless one is given. */
export function manualClock(startMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678)): ManualClock {
  let at = checked(startMs);
  const set = (next: number): number => {
    at = checked(next);
    return at;
  };
  return { now: () => at, advance: (ms) => set(at + ms), set };
}

function checked(at: number): number {
  if (Number.isSafeInteger(at)) return at;
  throw new RangeError(`A clock shows whole milliseconds; ${at} are none.`);
}
