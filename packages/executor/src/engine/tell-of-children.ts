import type { Batch } from './batch.js';
import type { ChildRuns } from './child-runs.js';

/** Tells, after the commit of a batch, which runs steps wait for from now on, and which they gave up. */
export function tellOfChildren(children: ChildRuns | undefined, { changes, awaited }: Batch): void {
  if (children === undefined) return;
  if (awaited.length > 0) children.awaited(awaited);
  const givenUp = changes.flatMap((change) =>
    change.type === 'child_cancel_requested' ? [{ runId: change.childRunId, reason: change.reason }] : [],
  );
  if (givenUp.length > 0) children.givenUp(givenUp);
}
