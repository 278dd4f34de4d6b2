import { AttemptAbortedError } from '../errors.js';
import type { Ending } from './batch.js';

/** Says in a few words why a run that is about to end gives its steps up. */
export function whyStopped(ending: Ending | null): string {
  if (ending?.kind !== 'failed') return 'the run was cancelled';
  const { stepKey, error } = ending.failure;
  if (stepKey !== null) return `step "${stepKey}" failed`;
  return error.code === 'DEADLINE_EXCEEDED' ? 'its deadline is over' : 'the run failed';
}

/** What the handlers at work are told: their results are of no use any more. */
export function abortion(runId: string, ending: Ending | null): AttemptAbortedError {
  if (ending?.kind === 'cancelled') return new AttemptAbortedError(`Run ${runId} was cancelled.`);
  const why = ending?.kind === 'failed' ? `fails: ${whyStopped(ending)}` : 'has its result';
  return new AttemptAbortedError(`Run ${runId} ${why}.`);
}
