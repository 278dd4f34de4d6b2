import type { StepWaiting, WorkflowSuspended } from '@sisyphus-state/store';

/** When a wait that was committed at `at` is over: the earlier of its two ends; null: only somebody else can end it. */
export function waitEnd(
  { wakeAt, delayMs }: Pick<StepWaiting | WorkflowSuspended, 'wakeAt' | 'delayMs'>,
  at: number,
): number | null {
  if (delayMs === null) return wakeAt;
  return Math.min(at + delayMs, wakeAt ?? Number.POSITIVE_INFINITY);
}
