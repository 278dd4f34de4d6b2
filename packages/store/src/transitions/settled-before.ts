import type { StepRow } from '@sisyphus-state/schema';
import type { CarriedSteps, ForkSource } from '../store-types.js';

/**
 * What a fork carries of a run whose steps are known by their log alone: all that settled before a step began.
 *
 * An attempt that must not run twice, and was under way by then, is in doubt for the fork as well. Null when the run has
 * no such step. Of a step that the run has from its own source only its end is known, so that counts.
 */
export function settledBefore({ steps, began }: ForkSource, from: string): CarriedSteps | null {
  const row = steps.find(({ stepKey }) => stepKey === from);
  if (row === undefined) return null;
  const beginOf = ({ stepKey, settledSeq }: StepRow): number =>
    began.get(stepKey) ?? settledSeq ?? Number.POSITIVE_INFINITY;
  const cut = beginOf(row);
  return {
    settled: steps.filter(({ settledSeq }) => settledSeq !== null && settledSeq < cut).map(({ stepKey }) => stepKey),
    inDoubt: steps.filter((step) => beginOf(step) < cut && isDoubtful(step)).map(({ stepKey }) => stepKey),
  };
}

/** Nobody knows whether the step's effect happened, or will. */
export function isDoubtful({ status, delivery }: Pick<StepRow, 'status' | 'delivery'>): boolean {
  return status === 'in_doubt' || (status === 'running' && delivery === 'at-most-once');
}
