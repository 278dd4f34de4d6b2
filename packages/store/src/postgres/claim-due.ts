import { getTableConfig } from 'drizzle-orm/pg-core';
import type { Claim, ClaimDueRequest, DueRequest, Recorded } from '../store-types.js';
import { distinctQueues, isLimited, roomOf, wholeLimit } from '../transitions/admit-due.js';
import { checkBeginning } from '../transitions/check-beginning.js';
import { type DueCandidate, untilUnknown } from '../transitions/due-candidate.js';
import { chooseDue, type OpenQueue } from './choose-due.js';
import { claimLocked } from './claim-runs.js';
import type { PgConnection } from './client.js';
import type { PostgresContext } from './context.js';
import { givenInstant } from './find-due.js';
import type { LockedRun } from './read-statements.js';
import { inTransaction } from './transaction.js';
import { encodeCommit, writeCommits } from './write-changes.js';

/** How many runs to look at, and then again: others who look at this moment have the first ones in hand. */
function sharesFor(limit: number): readonly number[] {
  return [limit + Math.min(3 * limit, 100), 32 * limit];
}

/**
 * Takes due runs, all in one transaction.
 *
 * Rows are locked with SKIP LOCKED, so that workers which look at the same time take different ones. Claims of a queue
 * with limits come one after the other: each counts what those before it committed.
 */
export async function claimDue(context: PostgresContext, request: ClaimDueRequest): Promise<readonly Claim[]> {
  const limit = wholeLimit(request.limit);
  if (limit === 0 || request.queues.length === 0) return [];
  return inTransaction(context, async (connection) => {
    const locked = await lockDue(context, connection, request, limit);
    if (locked.length === 0) return [];
    const { worker, leaseMs } = request;
    const outcomes = await claimLocked(context, connection, locked, { mode: 'continue', worker, leaseMs });
    const claims = locked.flatMap(({ id }) => {
      const outcome = outcomes.get(id);
      return outcome?.kind === 'claimed' ? [outcome] : [];
    });
    return beginAll(context, connection, claims, request);
  });
}

/** What the claimer begins with belongs to the claims' transaction: one statement for all of them. */
async function beginAll(
  context: PostgresContext,
  connection: PgConnection,
  claims: readonly Claim[],
  { begin }: ClaimDueRequest,
): Promise<readonly Claim[]> {
  const [first] = claims;
  if (begin === undefined || first === undefined) return claims;
  const { at } = first;
  const begun = claims.flatMap((claim) => {
    const { runId, fence, worker } = claim.lease;
    const changes = begin(claim);
    checkBeginning(runId, changes);
    const commit = { runId, guard: null, changes, fence, worker, tell: false };
    return changes.length === 0 ? [] : [{ runId, commit: encodeCommit(commit, at) }];
  });
  if (begun.length === 0) return claims;
  const commits = begun.map(({ commit }) => commit);
  const recorded = await writeCommits(context, connection, commits, { at, toleranceMs: null });
  const revisions = new Map(begun.map(({ runId }, index) => [runId, revisionOf(runId, recorded[index])]));
  return claims.map((claim) => {
    const { revision } = claim.lease;
    return { ...claim, lease: { ...claim.lease, revision: revisions.get(claim.run.id) ?? revision } };
  });
}

function revisionOf(runId: string, recorded: Recorded | null | undefined): number {
  if (recorded) return recorded.revision;
  throw new Error(`Run ${runId} could not be begun although it was taken in this transaction.`);
}

/** Locks the first due runs that the queues admit, looking further where others have those in hand. */
async function lockDue(
  context: PostgresContext,
  connection: PgConnection,
  request: ClaimDueRequest,
  limit: number,
): Promise<readonly LockedRun[]> {
  const open = await openQueues(context, connection, request, limit);
  if (open.length === 0) return [];
  const locked = new Map<string, LockedRun>();
  let queues = open;
  for (const share of sharesFor(limit)) {
    const { candidates, hasMore } = await chooseDue(context, connection, request, queues, share);
    const known = untilUnknown(candidates, request.known);
    await lockFirst(context, connection, known, limit, locked);
    if (locked.size === limit || !hasMore || known.length < candidates.length) break;
    // Nobody else takes runs of a queue with limits meanwhile; and a second look at one could admit more than they allow.
    queues = open.filter(({ queue }) => !isLimited(queue));
  }
  return [...locked.values()];
}

/** The queues that have room. Those with limits are locked first: what is counted then stays so until the commit. */
async function openQueues(
  { statements, tables }: PostgresContext,
  connection: PgConnection,
  request: DueRequest,
  limit: number,
): Promise<readonly OpenQueue[]> {
  const { namespace = 'default' } = request;
  const all = distinctQueues(request);
  const queues = all.filter(isLimited).map(({ name }) => name);
  if (queues.length === 0) return all.map((queue) => openQueue(queue, limit, []));
  const { schema } = getTableConfig(tables.workflowRuns);
  await statements.lockQueues.all(connection, { place: JSON.stringify([schema, namespace]), queues });
  const counts = await statements.countHeld.all(connection, { namespace, queues });
  return all
    .map((queue) =>
      openQueue(
        queue,
        limit,
        counts.filter((count) => count.queue === queue.name),
      ),
    )
    .filter(({ room }) => room.runs > 0);
}

function openQueue(queue: OpenQueue['queue'], limit: number, counts: Parameters<typeof roomOf>[2]): OpenQueue {
  const keyed = counts.flatMap(({ concurrencyKey, held }): [string, number][] =>
    concurrencyKey === null ? [] : [[concurrencyKey, held]],
  );
  return { queue, room: roomOf(queue, limit, counts), held: new Map(keyed) };
}

async function lockFirst(
  { statements, clock }: PostgresContext,
  connection: PgConnection,
  candidates: readonly DueCandidate[],
  limit: number,
  locked: Map<string, LockedRun>,
): Promise<void> {
  const runIds = candidates.map(({ id }) => id).filter((id) => !locked.has(id));
  if (runIds.length === 0) return;
  const wanted = { runIds, limit: limit - locked.size, at: givenInstant(clock) };
  for (const run of await statements.lockFirst.all(connection, wanted)) locked.set(run.id, run);
}
