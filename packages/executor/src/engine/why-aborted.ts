import type { Ending } from './batch.js';

/** What the handlers of a run are told that is about to end. */
export function whyAborted(runId: string, ending: Ending | null): string {
  if (ending?.kind !== 'failed') return `Run ${runId} has its result.`;
  const { stepKey } = ending.failure;
  return stepKey === null ? `Run ${runId} failed.` : `Step "${stepKey}" of run ${runId} failed.`;
}
