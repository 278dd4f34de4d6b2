import type { Claim, ClaimDueRequest, DueRequest } from '../store-types.js';
import { distinctQueues, isLimited, roomOf, wholeLimit } from '../transitions/admit-due.js';
import { type DueCandidate, firstDue, untilUnknown } from '../transitions/due-candidate.js';
import { claimRun } from './claim-runs.js';
import type { SqliteContext } from './context.js';
import { placesOf } from './find-due.js';
import { readAdmitted } from './read-due.js';

/** Takes due runs inside the transaction at hand, whose write lock keeps every other claimer out. */
export function claimDue(context: SqliteContext, request: ClaimDueRequest): readonly Claim[] {
  const { worker, leaseMs } = request;
  const chosen = untilUnknown(chooseDue(context, request), request.known);
  return chosen.flatMap(({ id }) => {
    const outcome = claimRun(context, id, { runIds: [id], mode: 'continue', worker, leaseMs });
    return outcome.kind === 'claimed' ? [outcome] : [];
  });
}

/** Each queue's limits are its own: the first of all that they admit are the first of the whole. */
function chooseDue({ statements, clock }: SqliteContext, request: DueRequest): readonly DueCandidate[] {
  const limit = wholeLimit(request.limit);
  const queues = new Map(distinctQueues(request).map((queue) => [queue.name, queue]));
  const admitted = placesOf(request, clock()).flatMap((place) => {
    const queue = queues.get(place.queue) ?? { name: place.queue };
    const counts = isLimited(queue) ? statements.countHeld.all(place) : [];
    return readAdmitted(statements, place, queue, roomOf(queue, limit, counts));
  });
  return firstDue(admitted, limit);
}
