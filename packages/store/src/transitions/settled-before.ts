import type { StepRow } from '@sisyphus-state/schema';
import type { CarriedSteps, ForkSource } from '../store-types.js';

/**
 * What a fork carries of a run whose steps are known by their log alone: all that settled before a step began.
 *
 * An attempt that must not run twice, and was under way by then, is in doubt for the fork as well. A step that was undone
 * is as good as not done: then what settled before that one began. Null when the run has no such step. Of a step that the
 * run has from its own source only its end is known, so that counts.
 */
export function settledBefore({ steps, began }: ForkSource, from: string): CarriedSteps | null {
  const rows = new Map(steps.map((step) => [step.stepKey, step]));
  if (!rows.has(from)) return null;
  const beginOf = (key: string): number => began.get(key) ?? rows.get(key)?.settledSeq ?? Number.POSITIVE_INFINITY;
  const undone = steps.filter(isCompensation).map(({ stepKey }) => stepKey.slice(0, -compensation.length));
  const cut = Math.min(...[from, ...undone].map(beginOf));
  const isDoubtfulBy = (step: StepRow): boolean => beginOf(step.stepKey) < cut && isDoubtful(step);
  return {
    settled: steps.filter(({ settledSeq }) => settledSeq !== null && settledSeq < cut).map(({ stepKey }) => stepKey),
    inDoubt: steps.filter(isDoubtfulBy).map(({ stepKey }) => stepKey),
  };
}

const compensation = '/compensate';

/** `book/compensate`, `book[3]/compensate`: the step undoes another. Begun at all, it may have done so. */
export function isCompensation({ stepKey }: Pick<StepRow, 'stepKey'>): boolean {
  return stepKey.endsWith(compensation);
}

/** Nobody knows whether the step's effect happened, or will. */
export function isDoubtful({ status, delivery }: Pick<StepRow, 'status' | 'delivery'>): boolean {
  return status === 'in_doubt' || (status === 'running' && delivery === 'at-most-once');
}
