import type { Ending } from './batch.js';

/** Says in a few words why a run that is about to end lets its steps go. */
export function whyStopped(ending: Ending | null): string {
  if (ending?.kind !== 'failed') return 'the run was cancelled';
  const { stepKey, error } = ending.failure;
  if (stepKey !== null) return `step "${stepKey}" failed`;
  return error.code === 'DEADLINE_EXCEEDED' ? 'its deadline is over' : 'the run failed';
}
