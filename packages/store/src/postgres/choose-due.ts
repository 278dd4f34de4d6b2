import type { DueRequest, QueueRequest } from '../store-types.js';
import { admitDue, isLimited, type QueueRoom } from '../transitions/admit-due.js';
import { type DueCandidate, firstDue } from '../transitions/due-candidate.js';
import type { PgConnection } from './client.js';
import type { PostgresContext } from './context.js';
import { givenInstant, readDue } from './find-due.js';

/** How far to look in order of priority before looking key by key. */
const window = 200;

/** A queue that has room for more held runs, and how many it holds of each key. */
export interface OpenQueue {
  readonly queue: QueueRequest;
  readonly room: QueueRoom;
  readonly held: ReadonlyMap<string, number>;
}

/** Due runs that may be taken, in order. */
export interface ChosenDue {
  readonly candidates: readonly DueCandidate[];
  /** Some queue without limits may have more. */
  readonly hasMore: boolean;
}

/**
 * Reads due runs that the queues admit: of a queue without limits the first `share`, of another what it has room for.
 *
 * Runs of keys that are full may stand before the others by the thousand: after a look at the first of such a queue it is
 * asked key by key, at most so many of each as it has room for.
 */
export async function chooseDue(
  context: PostgresContext,
  connection: PgConnection,
  request: DueRequest,
  open: readonly OpenQueue[],
  share: number,
): Promise<ChosenDue> {
  const shares = open.map(({ queue, room }) => ({ name: queue.name, room: shareOf(queue, room, share) }));
  const { candidates: found } = await readDue(context, connection, request, shares);
  const chosen: DueCandidate[] = [];
  let hasMore = false;
  for (const [index, place] of open.entries()) {
    const { room = 0 } = shares[index] ?? {};
    const first = found.filter(({ queue }) => queue === place.queue.name).slice(0, room);
    const isCut = first.length === room;
    hasMore ||= isCut && !isLimited(place.queue);
    chosen.push(...(await admitted(context, connection, request, place, first, isCut)));
  }
  return { candidates: firstDue(chosen, chosen.length), hasMore };
}

function shareOf(queue: QueueRequest, room: QueueRoom, share: number): number {
  if (!isLimited(queue)) return share;
  return typeof queue.perKey === 'number' ? Math.max(window, room.runs) : room.runs;
}

async function admitted(
  context: PostgresContext,
  connection: PgConnection,
  request: DueRequest,
  place: OpenQueue,
  first: readonly DueCandidate[],
  isCut: boolean,
): Promise<readonly DueCandidate[]> {
  if (!isLimited(place.queue)) return first;
  const fit = admitDue(first, place.room);
  if (fit.length === place.room.runs || !isCut) return fit;
  return admitDue(await readDueByKey(context, connection, request, place), place.room);
}

function readDueByKey(
  { statements, clock }: PostgresContext,
  connection: PgConnection,
  { namespace = 'default', except = [] }: DueRequest,
  { queue, room, held }: OpenQueue,
): Promise<readonly DueCandidate[]> {
  return statements.readDueByKey.all(connection, {
    ...{ namespace, except, at: givenInstant(clock), queue: queue.name, room: room.runs },
    perKey: queue.perKey ?? room.runs,
    heldKeys: [...held.keys()],
    heldCounts: [...held.values()],
  });
}
