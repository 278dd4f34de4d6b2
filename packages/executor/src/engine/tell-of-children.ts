import type { Change } from '@sisyphus-state/store';
import type { Batch } from './batch.js';
import type { ChildRuns } from './child-runs.js';

/** Tells, after the commit of a batch, which runs steps wait for from now on, and which they gave up. */
export function tellOfChildren(children: ChildRuns | undefined, { changes, awaited }: Batch): void {
  if (children === undefined || (awaited.length === 0 && !changes.some(givesUp))) return;
  if (awaited.length > 0) children.awaited(awaited);
  const givenUp = changes.flatMap((change) =>
    change.type === 'child_cancel_requested' ? [{ runId: change.childRunId, reason: change.reason }] : [],
  );
  if (givenUp.length > 0) children.givenUp(givenUp);
}

/** Most commits give nobody up: only these are worth a list. */
function givesUp({ type }: Change): boolean {
  return type === 'child_cancel_requested';
}
