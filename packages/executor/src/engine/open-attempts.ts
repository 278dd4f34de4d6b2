import type { Attempt } from './attempt.js';
import { AttemptLimits } from './attempt-limits.js';
import { longTimeout } from './long-timeout.js';

/** The attempts of a run that are under way. */
export class OpenAttempts {
  readonly #graceMs: number;
  readonly #open = new Map<string, Attempt>();
  readonly #limits: AttemptLimits;
  #stopGrace: (() => void) | null = null;
  #onLimit: ((instant: number | null) => void) | null = null;

  /** `graceMs`: how long an aborted attempt may take to end before it is abandoned. */
  constructor(graceMs: number) {
    this.#graceMs = graceMs;
    this.#limits = new AttemptLimits(graceMs, (instant) => this.#onLimit?.(instant));
  }

  get size(): number {
    return this.#open.size;
  }

  /** Calls `listener` when the instant changes until which the run's lease may be renewed: see `AttemptLimits`. */
  whenLimitChanges(listener: (instant: number | null) => void): void {
    this.#onLimit = listener;
  }

  start(stepKey: string, attempt: Attempt, timeoutMs: number | null): void {
    this.#open.set(stepKey, attempt);
    // Before the handler is entered: it may block this thread for as long as it likes.
    this.#limits.began(stepKey, timeoutMs);
    attempt.start();
  }

  /** An attempt was reported, whatever its handler still does. */
  end(stepKey: string): void {
    this.#open.delete(stepKey);
    this.#limits.ended(stepKey);
    // The grace was for those: what begins later is another matter.
    if (this.#open.size === 0) this.stopGrace();
  }

  /** Aborts all; those that have not ended after the grace are abandoned. A second call changes nothing. */
  abort(reason: Error): void {
    if (this.#stopGrace !== null || this.#open.size === 0) return;
    for (const attempt of this.#open.values()) attempt.abort(reason);
    this.#stopGrace = longTimeout(() => {
      for (const attempt of [...this.#open.values()]) attempt.abandon(reason);
    }, this.#graceMs);
  }

  /** Waits for none of them any more. */
  abandon(reason: Error): void {
    this.stopGrace();
    for (const attempt of this.#open.values()) attempt.abandon(reason);
    this.#open.clear();
  }

  /** Nobody is abandoned later. */
  stopGrace(): void {
    this.#stopGrace?.();
    this.#stopGrace = null;
  }
}
