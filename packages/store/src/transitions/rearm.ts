import type { RearmedStep } from '../changes/change.js';
import type { RunSnapshot } from '../store-types.js';

/**
 * Steps that ended without completing get fresh attempts; a step cut off in the middle goes on as it is.
 *
 * A failure that the run has gone on from is settled: whatever came after it has seen it.
 */
export function rearm({ openSteps }: RunSnapshot, keepFailed: readonly string[]): RearmedStep[] {
  const kept = new Set(keepFailed);
  return openSteps
    .filter(({ status, stepId }) => (status === 'failed' && !kept.has(stepId)) || status === 'cancelled')
    .map(({ stepKey, attempts }) => ({ stepKey, attempts }));
}
