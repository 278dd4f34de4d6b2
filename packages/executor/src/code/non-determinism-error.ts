import { SisyphusError } from '@sisyphus-state/schema';
import type { RecordedStep } from './replay.js';

/** Both sides of what does not fit. */
export interface NonDeterminism {
  readonly runId: string;
  readonly workflow: string;
  /** What the journal has at this point; null when it has nothing there. */
  readonly recorded: RecordedStep | null;
  /** What the code asked for in its place. */
  readonly asked: string;
}

/**
 * The code of a workflow no longer does what the run's journal says it did: the run is paused, nothing was started or lost.
 *
 * Bring the code back that the run began with (or a `version` of its own for the new one, or `ctx.patched` around the
 * change), then resume the run.
 */
export class NonDeterminismError extends SisyphusError {
  readonly code = 'NON_DETERMINISM';
  readonly retryable = false;
  readonly recorded: RecordedStep | null;
  readonly asked: string;

  constructor({ runId, workflow, recorded, asked }: NonDeterminism) {
    const has = recorded === null ? 'nothing' : `step "${recorded.key}" (${recorded.type}, ${recorded.status})`;
    super(
      `Run ${runId} does not fit the code of ${workflow}: the journal has ${has} next, and the code ${asked}. The run is paused; bring its code back, or put the change behind ctx.patched(…) or a new version, then resume(${JSON.stringify(runId)}).`,
      { details: { runId, workflow, recorded, asked } },
    );
    this.recorded = recorded;
    this.asked = asked;
  }
}
