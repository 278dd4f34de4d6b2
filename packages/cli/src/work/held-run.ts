import type { StoredError } from '@sisyphus-state/schema';
import type { Claim } from '@sisyphus-state/store';
import { createRunView, type RunView } from '../live/run-view.js';
import type { StepOutline } from '../live/step-view.js';

/** A run that a worker has in hand, as a watcher sees it. */
export interface HeldRun {
  readonly runId: string;
  readonly name: string;
  readonly queue: string;
  readonly concurrencyKey: string | null;
  /** Of this holder: a higher one is somebody else's. */
  readonly fence: number;
  /** Whose it was before, when that worker had not given it back. */
  readonly takenFrom: string | null;
  /** On the watcher's own clock. */
  readonly takenAt: number;
  readonly view: RunView;
}

/** Why a worker let go of a run. */
export type RunEnd =
  | { readonly kind: 'completed' }
  | { readonly kind: 'failed'; readonly stepKey: string | null; readonly error: StoredError }
  | { readonly kind: 'cancelled'; readonly reason: string | null }
  /** Parked: it waits without a process. */
  | { readonly kind: 'waiting'; readonly wakeAt: number | null; readonly reason: string }
  /** Stands still until somebody resumes it. */
  | { readonly kind: 'paused'; readonly reason: string | null }
  /** Given back unfinished, because the worker stops. */
  | { readonly kind: 'released' }
  /** Somebody else took it over, or it is gone. */
  | { readonly kind: 'lost'; readonly to: string | null };

/** The held run of a claim; the rest of it is as the watcher says. */
export function heldRun(
  { run, lease, steps }: Claim,
  outline: readonly StepOutline[],
  rest: Pick<HeldRun, 'takenFrom' | 'takenAt'>,
): HeldRun {
  const { id: runId, name, queue, concurrencyKey } = run;
  return { runId, name, queue, concurrencyKey, fence: lease.fence, view: createRunView(outline, steps), ...rest };
}
