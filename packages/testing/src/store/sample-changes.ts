import type { StoredError } from '@sisyphus-state/schema';
import { type ChangeOf, encodeValue, type JsonText, type Lease, type NewRun } from '@sisyphus-state/store';

type Change = ChangeOf<JsonText | null>;

/** A value as the store takes it; `undefined` is no value. */
export function json(value: unknown): JsonText | null {
  return encodeValue(value, { what: 'sample' });
}

/** The default lease of the samples: far longer than any case lasts. */
export const leaseMs = 60_000;

/** A run to create that nobody holds. */
export function freeRun(id: string, more: Partial<NewRun> = {}): NewRun {
  return { id, name: 'sample', input: json({ n: 1 }), ...more };
}

/** A run to create that `worker` holds from its first commit on. */
export function heldRun(id: string, more: Partial<NewRun> = {}, worker = 'w1'): NewRun {
  return freeRun(id, { lease: { worker, leaseMs }, ...more });
}

/** An attempt that began. */
export function started(stepKey: string, attempt = 1): Change {
  const facts = { stepId: stepKey, stepType: 'sample', delivery: 'at-least-once', inputHash: 'hash' } as const;
  return { type: 'step_started', stepKey, attempt, ...facts, itemCount: null, attemptsBase: null };
}

/** Without a result the step has none, which is not null. */
export function completed(stepKey: string, result?: unknown, attempt = 1): Change {
  return { type: 'step_completed', stepKey, attempt, result: json(result), usage: null };
}

/** An attempt that failed for good. */
export function failed(stepKey: string, attempt = 1): Change {
  return { type: 'step_failed', stepKey, attempt, error: sampleError, usage: null };
}

/** An attempt that failed, with another to come. */
export function retried(stepKey: string, delayMs: number, attempt = 1): Change {
  return { type: 'step_retry_scheduled', stepKey, attempt, error: sampleError, delayMs, usage: null };
}

/** A step that will not run. */
export function skipped(stepKey: string): Change {
  return { type: 'step_skipped', stepKey, stepId: stepKey, stepType: 'sample', reason: 'its if was false' };
}

/** The end of a run that completed. */
export function runCompleted(output?: unknown, context?: unknown): Change {
  return { type: 'workflow_completed', output: json(output), context: json(context) };
}

/** The end of a run that failed. */
export function runFailed(stepKey: string | null = null): Change {
  return { type: 'workflow_failed', error: sampleError, stepKey };
}

/** The end of a run that was cancelled. */
export function runCancelled(reason: string | null = null): Change {
  return { type: 'workflow_cancelled', reason };
}

/** A run that is given back. */
export const runReleased: Change = { type: 'run_released' };

/** An error as it is stored. */
export const sampleError: StoredError = {
  name: 'SampleError',
  message: 'it is a sample',
  code: 'SAMPLE',
  retryable: null,
  details: { at: [1, null] },
  stack: null,
  cause: { name: 'Error', message: 'below', code: null, retryable: false, details: null, stack: null, cause: null },
};

/** The lease of a run that was created with one. */
export function leaseOf(created: { readonly lease: Lease | null } | undefined): Lease {
  if (created?.lease) return created.lease;
  throw new Error('The run was created without the lease that was asked for.');
}

/** A run that is parked: until an instant, for so long, or (by default) until an outsider acts. */
export function suspended(until: { readonly wakeAt?: number; readonly delayMs?: number } = {}): Change {
  return { type: 'workflow_suspended', wakeAt: until.wakeAt ?? null, delayMs: until.delayMs ?? null, reason: 'timer' };
}

/** A step that waits, without an attempt. */
export function waiting(stepKey: string, delayMs: number | null = null): Change {
  const facts = { stepId: stepKey, stepType: 'sleep', wakeAt: null, message: null, childRunId: null, attempts: null };
  return { type: 'step_waiting', stepKey, ...facts, delayMs };
}

/** A step that waits for a run, which is the first it waits for. */
export function waitingForRun(stepKey: string, childRunId: string): Change {
  const facts = { stepId: stepKey, stepType: 'workflow', wakeAt: null, delayMs: null, message: null };
  return { type: 'step_waiting', stepKey, ...facts, childRunId, attempts: 1 };
}

/** A step that gives up the run it waits for. */
export function askedToCancel(stepKey: string, childRunId: string): Change {
  return { type: 'child_cancel_requested', stepKey, childRunId, reason: 'given up' };
}

/** A run to create that a step of another waits for. */
export function childOf(runId: string, stepKey: string, id: string, more: Partial<NewRun> = {}): NewRun {
  return freeRun(id, { parent: { runId, stepKey, rootRunId: runId }, ...more });
}
