import { toStoredError } from '@sisyphus-state/store';
import { DeadlineExceededError } from '../errors.js';
import type { Failure } from './batch.js';
import type { DrivenRun } from './driver-types.js';
import { longTimeout } from './long-timeout.js';

/** Tells a run's holder when its deadline is over. */
export class DeadlineTimer {
  readonly #run: Pick<DrivenRun, 'runId' | 'deadlineAt' | 'deadlineMs'>;
  readonly #onOver: () => void;
  #deadlineAt: number | null = null;
  #stop: (() => void) | null = null;

  constructor(run: Pick<DrivenRun, 'runId' | 'deadlineAt' | 'deadlineMs'>, onOver: () => void) {
    this.#run = run;
    this.#onOver = onOver;
  }

  /** Begins at an instant of the store's clock: that of the commit by which the run was created or taken. One that is over is told of at once. */
  start(at: number): void {
    const { deadlineAt = null, deadlineMs = null } = this.#run;
    this.#deadlineAt = deadlineAt ?? (deadlineMs === null ? null : at + deadlineMs);
    if (this.#deadlineAt === null) return;
    if (this.#deadlineAt <= at) return this.#onOver();
    this.#stop = longTimeout(this.#onOver, this.#deadlineAt - at);
  }

  stop(): void {
    this.#stop?.();
    this.#stop = null;
  }

  /** What the run fails with. */
  failure(): Failure {
    return { stepKey: null, error: toStoredError(new DeadlineExceededError(this.#run.runId, this.#deadlineAt ?? 0)) };
  }
}
