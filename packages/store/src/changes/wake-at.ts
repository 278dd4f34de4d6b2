import type { StepWaiting, WorkflowSuspended } from './change.js';
import type { Stamp } from './projection.js';

/** When a wait is over, in whole milliseconds: the earlier of its two ends; a delay counts from the event, whose time only the store knows. */
export function wakeAtOf(
  { wakeAt, delayMs }: Pick<StepWaiting | WorkflowSuspended, 'wakeAt' | 'delayMs'>,
  { at }: Pick<Stamp, 'at'>,
): number | null {
  if (delayMs === null) return wakeAt;
  return Math.min(at + Math.ceil(delayMs), wakeAt ?? Number.POSITIVE_INFINITY);
}
