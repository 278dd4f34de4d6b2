import type { Change } from '../changes/change.js';

/** Tells a change that only begins or passes over a step, and draws on no budget: what may be committed with a claim. */
export function isBeginning(change: Change): boolean {
  if (change.type === 'step_skipped') return true;
  return change.type === 'step_started' && change.runUsage == null;
}

/** Refuses what would end a run, give it back or concern another one in the commit that takes it. */
export function checkBeginning(runId: string, changes: readonly Change[]): void {
  const refused = changes.find((change) => !isBeginning(change));
  if (refused !== undefined)
    throw new TypeError(
      `Run ${runId} can't be taken with a ${refused.type}: only steps that begin without a budget, or are skipped, may be recorded with a claim.`,
    );
}
