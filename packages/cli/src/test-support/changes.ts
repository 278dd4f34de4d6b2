import type { StepRow, StoredError } from '@sisyphus-state/schema';
import type { Change } from '@sisyphus-state/store';

/** An error as steps record it. */
export function storedError(message: string, code: string | null = null): StoredError {
  return { name: 'Error', message, code, retryable: null, details: null, stack: null, cause: null };
}

type Given<Type extends Change['type']> = Partial<Extract<Change, { type: Type }>>;

/** `step_started`, the first attempt unless said otherwise. */
export function started(stepKey: string, given: Given<'step_started'> = {}): Change {
  const stepId = stepKey.replace(/\[.*/, '');
  const none = { delivery: null, inputHash: null, itemCount: null, attemptsBase: null };
  return { type: 'step_started', stepKey, stepId, stepType: 'shell', attempt: 1, ...none, ...given };
}

export function completed(stepKey: string, given: Given<'step_completed'> = {}): Change {
  return { type: 'step_completed', stepKey, attempt: 1, result: null, usage: null, ...given };
}

export function failed(stepKey: string, message: string, given: Given<'step_failed'> = {}): Change {
  return { type: 'step_failed', stepKey, attempt: 1, error: storedError(message), usage: null, ...given };
}

export function retrying(stepKey: string, message: string, given: Given<'step_retry_scheduled'> = {}): Change {
  const error = storedError(message);
  return { type: 'step_retry_scheduled', stepKey, attempt: 1, error, delayMs: 1000, usage: null, ...given };
}

/** `step_waiting`, for a timer. */
export function waiting(stepKey: string, wakeAt: number): Change {
  const type = { stepId: stepKey, stepType: 'sleep', message: null, childRunId: null, attempts: null };
  return { type: 'step_waiting', stepKey, ...type, wakeAt, delayMs: null };
}

/** The last change of a run that is parked. */
export function suspended(wakeAt: number, reason: string): Change {
  return { type: 'workflow_suspended', wakeAt, delayMs: null, reason };
}

export function skipped(stepKey: string, reason = 'its condition is false'): Change {
  return { type: 'step_skipped', stepKey, stepId: stepKey, stepType: 'shell', reason };
}

/** A row of a step as an earlier process left it. */
export function stepRow(stepKey: string, given: Partial<StepRow> = {}): StepRow {
  return {
    runId: 'run',
    stepKey,
    stepId: stepKey.replace(/\[.*/, ''),
    type: 'shell',
    status: 'completed',
    result: null,
    resultRef: null,
    error: null,
    attempts: 1,
    attemptsBase: 0,
    delivery: null,
    inputHash: null,
    itemCount: null,
    wakeAt: null,
    childRunId: null,
    usage: null,
    reserved: null,
    streak: null,
    settledSeq: null,
    startedAt: 0,
    finishedAt: null,
    updatedAt: 0,
    ...given,
  };
}
