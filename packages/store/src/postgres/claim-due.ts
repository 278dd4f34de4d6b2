import { getTableConfig } from 'drizzle-orm/pg-core';
import type { Claim, DueRequest, LeaseRequest } from '../store-types.js';
import { distinctQueues, isLimited, roomOf, wholeLimit } from '../transitions/admit-due.js';
import { type ChosenDue, chooseDue, type OpenQueue } from './choose-due.js';
import { claimLocked } from './claim-runs.js';
import type { PgConnection } from './client.js';
import type { PostgresContext } from './context.js';
import { givenInstant } from './find-due.js';
import type { LockedRun } from './read-statements.js';
import { inTransaction } from './transaction.js';

/** How many times more than wanted is looked at where others have the first runs in hand: once, and again. */
const further = [4, 32];

/**
 * Takes due runs, all in one transaction.
 *
 * Rows are locked with SKIP LOCKED, so that workers which look at the same time take different ones. Claims of a queue
 * with limits come one after the other: each counts what those before it committed.
 */
export async function claimDue(
  context: PostgresContext,
  request: DueRequest & LeaseRequest,
): Promise<readonly Claim[]> {
  const limit = wholeLimit(request.limit);
  if (limit === 0 || request.queues.length === 0) return [];
  return inTransaction(context, async (connection) => {
    const locked = await lockDue(context, connection, request, limit);
    if (locked.length === 0) return [];
    const { worker, leaseMs } = request;
    const outcomes = await claimLocked(context, connection, locked, { mode: 'continue', worker, leaseMs });
    return locked.flatMap(({ id }) => {
      const outcome = outcomes.get(id);
      return outcome?.kind === 'claimed' ? [outcome] : [];
    });
  });
}

/** Locks the first due runs that the queues admit, looking further where others have those in hand. */
async function lockDue(
  context: PostgresContext,
  connection: PgConnection,
  request: DueRequest,
  limit: number,
): Promise<readonly LockedRun[]> {
  const open = await openQueues(context, connection, request, limit);
  if (open.length === 0) return [];
  let chosen = await chooseDue(context, connection, request, open, limit);
  const locked = new Map<string, LockedRun>();
  await lockFirst(context, connection, chosen, limit, locked);
  // Nobody else takes runs of a queue with limits meanwhile; and a second look at one could admit more than they allow.
  const unlimited = open.filter(({ queue }) => !isLimited(queue));
  for (const times of further) {
    if (locked.size === limit || !chosen.hasMore) break;
    chosen = await chooseDue(context, connection, request, unlimited, limit * times);
    await lockFirst(context, connection, chosen, limit, locked);
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
  { candidates }: ChosenDue,
  limit: number,
  locked: Map<string, LockedRun>,
): Promise<void> {
  const runIds = candidates.map(({ id }) => id).filter((id) => !locked.has(id));
  if (runIds.length === 0) return;
  const wanted = { runIds, limit: limit - locked.size, at: givenInstant(clock) };
  for (const run of await statements.lockFirst.all(connection, wanted)) locked.set(run.id, run);
}
