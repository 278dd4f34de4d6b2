import type { Claim, ClaimDueRequest, DueRequest } from '../store-types.js';
import { distinctQueues, isLimited, roomOf, wholeLimit } from '../transitions/admit-due.js';
import { checkBeginning } from '../transitions/check-beginning.js';
import { type DueCandidate, firstDue, untilUnknown } from '../transitions/due-candidate.js';
import { claimRun } from './claim-runs.js';
import type { SqliteContext } from './context.js';
import { placesOf } from './find-due.js';
import { readAdmitted } from './read-due.js';
import { recordChanges } from './record.js';

/** Takes due runs inside the transaction at hand, whose write lock keeps every other claimer out. */
export function claimDue(context: SqliteContext, request: ClaimDueRequest): readonly Claim[] {
  const { worker, leaseMs } = request;
  const chosen = untilUnknown(chooseDue(context, request), request.known);
  return chosen.flatMap(({ id }) => {
    const outcome = claimRun(context, id, { runIds: [id], mode: 'continue', worker, leaseMs });
    return outcome.kind === 'claimed' ? [begin(context, outcome, request)] : [];
  });
}

/** What the claimer begins with belongs to the claim's commit. */
function begin(context: SqliteContext, claim: Claim, request: ClaimDueRequest): Claim {
  const changes = request.begin?.(claim) ?? [];
  if (changes.length === 0) return claim;
  checkBeginning(claim.run.id, changes);
  const { revision, at } = recordChanges(context, claim.lease, changes);
  return { ...claim, lease: { ...claim.lease, revision }, at };
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
