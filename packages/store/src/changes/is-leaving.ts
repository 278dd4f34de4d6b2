import type { ChangeType } from './change.js';

/** Whether a change ends or gives up its holder's work on a run: what others may wait for. */
export function isLeaving(type: ChangeType): boolean {
  return (
    type === 'workflow_completed' ||
    type === 'workflow_failed' ||
    type === 'workflow_cancelled' ||
    type === 'run_released' ||
    type === 'workflow_suspended' ||
    type === 'workflow_paused'
  );
}
