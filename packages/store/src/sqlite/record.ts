import { isTerminal } from '@sisyphus-state/schema';
import type { Change } from '../changes/change.js';
import { LeaseLostError, RunNotFoundError } from '../errors.js';
import type { Lease, Recorded, Renewal } from '../store-types.js';
import type { SqliteContext } from './context.js';
import { type RunHead, writeChanges } from './write-changes.js';

/** Commits a holder's changes inside the transaction at hand, or refuses the whole of them. */
export function recordChanges(context: SqliteContext, lease: Lease, changes: readonly Change[]): Recorded {
  const head = checkLease(context, lease);
  const { runId, fence, worker } = lease;
  return writeChanges(context, { runId, head, changes, at: context.clock(), fence, worker });
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

/** Moves a lease's end; a lost lease is reported, not thrown, so that the others of its batch are renewed. */
export function renewLease(context: SqliteContext, lease: Lease, leaseMs: number): Renewal {
  const leaseExpiresAt = context.clock() + Math.trunc(leaseMs);
  const renewed = context.statements.renewLease.run({ ...lease, leaseExpiresAt });
  const run = context.statements.readFence.get({ runId: lease.runId });
  return { runId: lease.runId, held: renewed === 1, revision: run?.revision ?? 0 };
}
