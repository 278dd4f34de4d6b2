import { isTerminal } from '@sisyphus-state/schema';
import type { Change } from '../changes/change.js';
import { LeaseLostError, RunChangedError, RunNotFoundError } from '../errors.js';
import type { Lease, Recorded, RecordOptions } from '../store-types.js';
import { commitChanges } from './commit-changes.js';
import type { SqliteContext } from './context.js';
import { createRun } from './create-runs.js';
import type { RunHead } from './write-changes.js';

/** Commits a holder's changes inside the transaction at hand, or refuses the whole of them. */
export function recordChanges(
  context: SqliteContext,
  lease: Lease,
  changes: readonly Change[],
  { atRevision, children = [] }: RecordOptions = {},
): Recorded {
  const head = checkLease(context, lease);
  if (atRevision !== undefined && head.revision !== atRevision)
    throw new RunChangedError(lease.runId, atRevision, head.revision);
  const { runId, fence, worker } = lease;
  const commit = { runId, head, changes, at: context.clock(), fence, worker, pots: lease.pots };
  const recorded = commitChanges(context, commit);
  for (const child of children) createRun(context, child);
  return recorded;
}

/**
 * Refuses a lease that is not the run's any more.
 *
 * The fence decides, never the time: an expired lease that nobody took over still writes.
 */
export function checkLease(context: SqliteContext, lease: Lease): RunHead {
  const run = context.statements.readFence.get({ runId: lease.runId });
  if (run === undefined) throw new RunNotFoundError(lease.runId);
  if (run.fence !== lease.fence)
    throw new LeaseLostError(
      lease.runId,
      lease.fence,
      `${run.leaseWorker ?? 'another worker'} took the run over under fence ${run.fence}`,
    );
  if (isTerminal(run.status)) throw new LeaseLostError(lease.runId, lease.fence, `the run is ${run.status}`);
  if (run.leaseWorker !== lease.worker) throw new LeaseLostError(lease.runId, lease.fence, 'the run was given back');
  return run;
}
