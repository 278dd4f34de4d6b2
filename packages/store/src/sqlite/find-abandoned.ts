import { abandonedOf } from '../read-lease-state.js';
import type { DueRequest, DueRun } from '../store-types.js';
import { distinctQueues } from '../transitions/admit-due.js';
import { toDueRun } from '../transitions/due-candidate.js';
import type { SqliteContext } from './context.js';

/** Says which held runs were left by their holder; it notes how the leases stand, to tell next time which stood still. */
export function findAbandoned(context: SqliteContext, request: Omit<DueRequest, 'limit'>): readonly DueRun[] {
  const { namespace = 'default', except = [] } = request;
  const held = distinctQueues(request).flatMap(({ name }) => {
    const ofQueue = context.statements.readHeld.all({ namespace, queue: name });
    context.leaseWatch.observe(JSON.stringify([namespace, name]), ofQueue);
    return ofQueue;
  });
  const passedOver = new Set(except);
  return abandonedOf(context, held, context.clock())
    .map(toDueRun)
    .filter(({ workflowKey }) => !passedOver.has(workflowKey));
}
