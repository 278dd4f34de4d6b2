import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A clock that several processes have in common, and that a test sets for all of them at once. */
export interface SharedClock {
  /** What a worker process is given. */
  readonly file: string;
  /** For stores of this process. */
  readonly now: () => number;
  /** From now on it shows so much more than the true time; negative: less. */
  readonly shift: (ms: number) => void;
}

/** Makes a clock in a folder; it shows the true time until it is shifted. */
export function sharedClock(folder: string): SharedClock {
  const file = join(folder, 'clock');
  let by = 0;
  const shift = (ms: number): void => {
    // Renamed into place: nobody reads half a number.
    writeFileSync(`${file}.new`, String(ms));
    renameSync(`${file}.new`, file);
    by = ms;
  };
  shift(0);
  return { file, now: () => Date.now() + by, shift };
}
