import { isTerminalError, retryAfterMsOf } from '@sisyphus-state/handlers';
import { type StepFailed, type StepRetryScheduled, toStoredError } from '@sisyphus-state/store';
import type { AttemptOutcome } from './attempt.js';
import type { JournalEntry } from './journal.js';
import { retryDelay } from './retry-delay.js';
import type { Unit } from './unit.js';

/** What the policy makes of an attempt that failed: another one after a while, or the end of the step. */
export type FailureDecision =
  | { readonly kind: 'retry'; readonly change: StepRetryScheduled; readonly delayMs: number }
  | { readonly kind: 'fail'; readonly change: StepFailed };

/**
 * Applies the retry policy of what was called to a failed attempt.
 *
 * Only failed attempts since the last resume count: an attempt that was cut off by a crash raised `attemptsBase` when
 * the next one began.
 */
export function decideFailure(
  unit: Unit,
  entry: Pick<JournalEntry, 'attempts' | 'attemptsBase'>,
  { error, usage }: Extract<AttemptOutcome, { kind: 'failed' }>,
  random: number,
): FailureDecision {
  const { key: stepKey, call } = unit;
  const failures = entry.attempts - entry.attemptsBase;
  const failed = { stepKey, attempt: entry.attempts, error: toStoredError(error), usage };
  if (isFinal(error) || failures >= call.retry.attempts)
    return { kind: 'fail', change: { type: 'step_failed', ...failed } };
  const delayMs = retryDelay(call.retry, failures, retryAfterMsOf(error), random);
  return { kind: 'retry', delayMs, change: { type: 'step_retry_scheduled', ...failed, delayMs } };
}

/** Errors that say of themselves that another attempt can't help. */
function isFinal(error: unknown): boolean {
  if (isTerminalError(error)) return true;
  return error instanceof Error && 'retryable' in error && error.retryable === false;
}
