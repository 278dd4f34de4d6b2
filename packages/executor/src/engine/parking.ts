import type { WorkflowSuspended } from '@sisyphus-state/store';
import type { Wait } from './batch.js';
import { isForRun } from './child-steps.js';
import { longTimeout } from './long-timeout.js';
import { suspension } from './suspend-run.js';

/** How long a run may stay with its holder that has nothing to do. */
export interface ParkingOptions {
  readonly parkAfterMs: number;
  /** It stays as long when it waits for another run: its holder has no other use for the place that it takes. */
  readonly lingers: boolean;
  /** It has waited for other runs for so long that it is to be parked now. */
  readonly changed: () => void;
}

/**
 * Decides when a run is given back because all it can do is wait.
 *
 * One that waits for another run leaves its place at once: that run may be in need of it. One that may linger does so: its
 * journal is then not read anew for each of a thousand runs that end.
 */
export class Parking {
  /** It is to be parked now, or would be by now, had there not been news. */
  isDue = false;
  readonly #options: ParkingOptions;
  #hasLingered = false;
  #stopTimer: (() => void) | null = null;

  constructor(options: ParkingOptions) {
    this.#options = options;
  }

  /** What parks a run that waits for these; null: it stays here. */
  decide(waits: readonly Wait[], now: number, mayPark: () => boolean): WorkflowSuspended | null {
    this.isDue = false;
    const waitsForRun = waits.some(isForRun);
    if (waitsForRun && this.#linger()) return null;
    const suspended = suspension(waits, now, waitsForRun ? 0 : this.#options.parkAfterMs);
    if (suspended === null || mayPark()) return suspended;
    this.isDue = true;
    return null;
  }

  /** The run is over here: no timer fires any more. */
  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
  }

  #linger(): boolean {
    const { lingers, parkAfterMs, changed } = this.#options;
    if (!lingers) return false;
    this.stop();
    const isOver = this.#hasLingered;
    this.#hasLingered = false;
    if (isOver) return false;
    this.#stopTimer = longTimeout(() => {
      this.#hasLingered = true;
      // Perhaps in the middle of a commit: then it is seen after that.
      this.isDue = true;
      changed();
    }, parkAfterMs);
    return true;
  }
}
