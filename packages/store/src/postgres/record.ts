import { isTerminal } from '@sisyphus-state/schema';
import type { Change } from '../changes/change.js';
import { LeaseLostError, RunChangedError, RunNotFoundError } from '../errors.js';
import type { Lease, Recorded, RecordOptions } from '../store-types.js';
import type { PgConnection } from './client.js';
import { commitFamily, concernedBy, type FamilyCommit, lockById, withLocks } from './commit-family.js';
import type { PostgresContext, PostgresDatabase } from './context.js';
import { isFatal } from './driver-errors.js';
import { inDrizzleTransaction } from './drizzle-transaction.js';
import { drawOnPots } from './pots.js';
import type { LockedRun } from './read-statements.js';
import { callerPart, certainly, inTransaction, patiently, withConnection } from './transaction.js';
import { type CommitRequest, type EncodedCommit, encodeCommit, writeCommits } from './write-changes.js';
import type { Outcome } from './write-queue.js';

/** A holder's changes, waiting for their commit. */
export interface Recording {
  readonly lease: Lease;
  readonly changes: readonly Change[];
}

/**
 * Commits many holders' changes, of one run each, in one statement and one round trip.
 *
 * The statement may only say yes. What it refuses, for whatever reason, is to be done alone: there, under the run's lock,
 * it succeeds after all or its caller learns why not. So no race can turn a good commit into an error.
 */
export async function recordTogether(
  context: PostgresContext,
  recordings: readonly Recording[],
): Promise<readonly Outcome<Recorded>[]> {
  const at = context.clock.now();
  const attempts = recordings.map((recording) => encodeOrFail(recording, at));
  const commits = attempts.flatMap((attempt) => ('commit' in attempt ? [attempt.commit] : []));
  const recorded = [...(await commitOrRefuse(context, commits, at))];
  return attempts.map((attempt): Outcome<Recorded> => {
    if ('error' in attempt) return attempt;
    const value = recorded.shift();
    return value ? { value } : 'alone';
  });
}

async function commitOrRefuse(context: PostgresContext, commits: readonly EncodedCommit[], at: number) {
  if (commits.length === 0) return [];
  const { toleranceMs } = context.clock;
  try {
    return await patiently(context, () =>
      withConnection(context, (connection) =>
        certainly(context, writeCommits(context, connection, commits, { at, toleranceMs })),
      ),
    );
  } catch (error) {
    // One entry that PostgreSQL can't take undid the whole statement: each is tried alone, and only that one fails.
    if (isFatal(error)) throw error;
    return commits.map(() => null);
  }
}

type Attempt = { readonly commit: EncodedCommit } | { readonly error: unknown };

function encodeOrFail({ lease, changes }: Recording, at: number): Attempt {
  try {
    return { commit: encodeCommit(commitOf(lease, lease, changes), at) };
  } catch (error) {
    return { error };
  }
}

/** Commits a holder's changes in a transaction of their own, or says why they are refused. */
export function recordAlone(
  context: PostgresContext,
  { lease, changes }: Recording,
  { atRevision, children }: RecordOptions = {},
): Promise<Recorded> {
  return withLocks(lease.runId, (runIds) =>
    inTransaction(context, async (connection) => {
      const concerned = await concernedBy(context, connection, lease.runId, changes);
      const held = await lockHeld(context, connection, lease, [...runIds, ...concerned], atRevision);
      return commitHeld(context, connection, lease, changes, { ...held, children });
    }),
  );
}

/** As `recordAlone`, with the caller's own writes in the same transaction. */
export function recordWith(
  context: PostgresContext,
  lease: Lease,
  decide: (tx: PostgresDatabase) => readonly Change[] | Promise<readonly Change[]>,
): Promise<Recorded> {
  return withLocks(lease.runId, (runIds) =>
    inDrizzleTransaction(context, async (connection, tx) => {
      const held = await lockHeld(context, connection, lease, runIds);
      const changes = await callerPart(() => decide(tx));
      return commitHeld(context, connection, lease, changes, held);
    }),
  );
}

interface Held extends Pick<FamilyCommit, 'locks' | 'children' | 'at'> {
  readonly run: LockedRun;
}

/** Commits changes of a run that this transaction has locked, with what they take from the budgets that it draws on. */
async function commitHeld(
  context: PostgresContext,
  connection: PgConnection,
  lease: Lease,
  changes: readonly Change[],
  { run, locks, children, at }: Held,
): Promise<Recorded> {
  const recorded = await commitFamily(context, connection, {
    request: commitOf(lease, null, changes),
    locks,
    children,
    at,
  });
  // Runs are locked before pots.
  await drawOnPots(context, connection, lease.pots ?? [], { runId: run.id, usage: run.usage, changes });
  return recorded;
}

/** Locks runs, of which this lease must hold its own, and gives that one with the store's instant. */
async function lockHeld(
  context: PostgresContext,
  connection: PgConnection,
  lease: Lease,
  runIds: readonly string[],
  atRevision?: number,
): Promise<Held> {
  const locks = await lockById(context, connection, [...new Set(runIds)]);
  const run = locks.rows.get(lease.runId);
  if (run === undefined) throw new RunNotFoundError(lease.runId);
  checkLease(run, lease);
  if (atRevision !== undefined && run.revision !== atRevision)
    throw new RunChangedError(lease.runId, atRevision, run.revision);
  // The newest of them: the lock on another run may have been waited for.
  return { run, locks, at: context.clock.settle(Math.max(...[...locks.rows.values()].map(({ now }) => now))) };
}

/**
 * Refuses a lease that is not the run's any more.
 *
 * The fence decides, never the time: an expired lease that nobody took over still writes.
 */
function checkLease(run: LockedRun, lease: Lease): void {
  const { runId, fence, worker } = lease;
  if (run.fence !== fence)
    throw new LeaseLostError(
      runId,
      fence,
      `${run.leaseWorker ?? 'another worker'} took the run over under fence ${run.fence}`,
    );
  if (isTerminal(run.status)) throw new LeaseLostError(runId, fence, `the run is ${run.status}`);
  if (run.leaseWorker !== worker) throw new LeaseLostError(runId, fence, 'the run was given back');
}

function commitOf({ runId, fence, worker }: Lease, guard: Lease | null, changes: readonly Change[]): CommitRequest {
  return { runId, guard, changes, fence, worker, tell: false };
}
