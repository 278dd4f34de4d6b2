import type { StepProjection } from '@sisyphus-state/schema';
import type { Projection } from '../changes/projection.js';

/** All that one commit does to one step's row. */
export interface MergedStepPatch {
  readonly stepKey: string;
  /** The place among the commit's events of the one that comes first for this step. */
  readonly firstSeq: number;
  /** The columns that are set, whether the row is new or not. */
  readonly set: Partial<StepProjection>;
  /** The columns that only a new row gets; null: there must be a row. */
  readonly onInsert: Partial<StepProjection> | null;
}

/**
 * Merges what a commit's changes do to its steps, because one statement can write a row only once.
 *
 * The result is what the patches would do one after the other: the first decides whether the row may be new, later ones
 * find it there, and the last value of a column stays.
 */
export function mergeStepPatches(projections: readonly Projection[]): readonly MergedStepPatch[] {
  const merged = new Map<string, MergedStepPatch>();
  for (const [index, { steps }] of projections.entries()) {
    for (const { stepKey, set, onInsert } of steps) {
      const earlier = merged.get(stepKey);
      if (earlier === undefined) merged.set(stepKey, { stepKey, firstSeq: index + 1, set, onInsert });
      else merged.set(stepKey, { ...earlier, set: { ...earlier.set, ...set } });
    }
  }
  return [...merged.values()];
}
