import { abandonedOf } from '../read-lease-state.js';
import type { DueRequest, DueRun } from '../store-types.js';
import { distinctQueues } from '../transitions/admit-due.js';
import { toDueRun } from '../transitions/due-candidate.js';
import type { PgConnection } from './client.js';
import type { PostgresContext } from './context.js';

/** Says which held runs were left by their holder; it notes how the leases stand, to tell next time which stood still. */
export async function findAbandoned(
  context: PostgresContext,
  connection: PgConnection,
  request: Omit<DueRequest, 'limit'>,
): Promise<readonly DueRun[]> {
  const { namespace = 'default', except = [] } = request;
  const queues = distinctQueues(request).map(({ name }) => name);
  const held = await context.statements.readHeld.all(connection, { namespace, queues });
  const [first] = held;
  for (const queue of queues) {
    const ofQueue = held.filter((run) => run.queue === queue);
    context.leaseWatch.observe(JSON.stringify([namespace, queue]), ofQueue);
  }
  if (first === undefined) return [];
  const passedOver = new Set(except);
  return abandonedOf(context, held, context.clock.settle(first.now))
    .map(toDueRun)
    .filter(({ workflowKey }) => !passedOver.has(workflowKey));
}
