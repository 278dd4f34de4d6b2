import type { DueRequest, DueRuns } from '../store-types.js';
import { distinctQueues, wholeLimit } from '../transitions/admit-due.js';
import { type DueCandidate, firstDue, toDueRun } from '../transitions/due-candidate.js';
import type { PgConnection } from './client.js';
import type { PostgresContext } from './context.js';
import type { DueRow } from './due-statements.js';

/** The first due runs of some queues, with the instant of the look. */
export interface FoundDue {
  readonly candidates: readonly DueCandidate[];
  readonly now: number;
  readonly nextDueAt: number | null;
}

/** How many runs of a queue are wanted. */
export interface QueueShare {
  readonly name: string;
  readonly room: number;
}

/** Says which runs are due and when there will be more, in one round trip and without a lock. */
export async function findDue(
  context: PostgresContext,
  connection: PgConnection,
  request: DueRequest,
): Promise<DueRuns> {
  const room = wholeLimit(request.limit);
  const shares = distinctQueues(request).map(({ name }) => ({ name, room }));
  const { candidates, now, nextDueAt } = await readDue(context, connection, request, shares);
  return { runs: firstDue(candidates, room).map(toDueRun), now, nextDueAt };
}

/** Reads the first due runs of each queue, so many as it is to give, all in one order. */
export async function readDue(
  { statements, clock }: PostgresContext,
  connection: PgConnection,
  { namespace = 'default', except = [] }: Omit<DueRequest, 'limit' | 'queues'>,
  shares: readonly QueueShare[],
): Promise<FoundDue> {
  const rows = await statements.readDue.all(connection, {
    namespace,
    except,
    at: givenInstant(clock),
    queues: shares.map(({ name }) => name),
    rooms: shares.map(({ room }) => room),
  });
  const [first] = rows;
  if (first === undefined) throw new Error('The look for due runs gave no answer at all.');
  return { candidates: rows.filter(isRun), now: clock.settle(first.now), nextDueAt: first.nextDueAt };
}

/** The instant of a test's clock; null: the server's own is meant. */
export function givenInstant(clock: PostgresContext['clock']): number | null {
  return clock.toleranceMs === null ? clock.now() : null;
}

function isRun(row: DueRow): row is DueRow & DueCandidate {
  return row.id !== null;
}
