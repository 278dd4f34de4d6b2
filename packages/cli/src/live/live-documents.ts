import type { LiveEvent } from '@sisyphus-state/executor';
import type { StoredError } from '@sisyphus-state/schema';
import type { Change } from '@sisyphus-state/store';
import { isoInstant } from '../format/time.js';
import { waitEnd } from './wait-end.js';

/** What happened to a live run as programs read it: an object for each committed change or log line; none for progress. */
export function toLiveDocuments(event: LiveEvent): readonly object[] {
  const { runId } = event;
  if (event.kind === 'progress') return [];
  if (event.kind === 'log') {
    const { stepKey, message, data = null } = event;
    return [{ type: 'log', runId, stepKey, message, data }];
  }
  const at = isoInstant(event.at);
  return event.changes.map((change) => ({ type: change.type, runId, at, ...withoutValues(change, event.at) }));
}

/** Values are left out, they would come twice: `show --json` has each step's, and the last line the run's. */
function withoutValues(change: Change, at: number): object {
  const place = 'stepKey' in change ? { stepKey: change.stepKey } : {};
  const attempt = 'attempt' in change ? { attempt: change.attempt } : {};
  switch (change.type) {
    case 'step_failed':
    case 'workflow_failed':
      return { ...place, ...attempt, error: toShortError(change.error) };
    case 'step_retry_scheduled':
      return { ...place, ...attempt, error: toShortError(change.error), delayMs: change.delayMs };
    case 'step_skipped':
    case 'step_cancelled':
    case 'workflow_cancelled':
      return { ...place, ...attempt, reason: change.reason };
    case 'step_waiting':
      return { ...place, stepType: change.stepType, wakeAt: isoInstant(waitEnd(change, at)) };
    case 'workflow_suspended':
      return { reason: change.reason, wakeAt: isoInstant(waitEnd(change, at)) };
    case 'step_started':
      return { ...place, ...attempt, stepType: change.stepType, itemCount: change.itemCount };
    default:
      return { ...place, ...attempt };
  }
}

/** An error without its stack, details and causes: `show` has them. */
export function toShortError({ name, message, code }: Pick<StoredError, 'name' | 'message' | 'code'>): object {
  return { name, message, code };
}
