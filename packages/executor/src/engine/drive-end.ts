import { type Change, decodeValue } from '@sisyphus-state/store';
import { RunReleasedError, WorkflowCancelledError, WorkflowFailedError } from '../errors.js';
import { type DriveResult, toRunResult } from './driver-types.js';

/** What a driver is left with after a commit whose last change ends its work: a result, or an error. */
export type DriveEnd = { readonly result: DriveResult } | { readonly error: Error };

/** Says how a change ends the driving of its run; null when it does not. */
export function driveEnd(runId: string, change: Change): DriveEnd | null {
  switch (change.type) {
    case 'workflow_completed':
      // What was stored, decoded: the caller gets the same now as after a restart.
      return { result: toRunResult(runId, decodeValue(change.context), decodeValue(change.output)) };
    case 'workflow_suspended':
      return { result: { runId, status: 'waiting', reason: change.reason } };
    case 'workflow_paused':
      return { result: { runId, status: 'paused', reason: change.reason } };
    case 'workflow_failed':
      return { error: new WorkflowFailedError(runId, change.stepKey, change.error) };
    case 'workflow_cancelled':
      return { error: new WorkflowCancelledError(runId, change.reason) };
    case 'run_released':
      return { error: new RunReleasedError(runId) };
    default:
      return null;
  }
}
