import { toRunToCreate } from '../changes/first-changes.js';
import { RunNotFoundError } from '../errors.js';
import type { CreatedRun, ForkRequest, ForkSource } from '../store-types.js';
import type { PgConnection } from './client.js';
import type { PostgresContext } from './context.js';
import { createOrFind } from './create-runs.js';
import { callerPart, inSavepoint, inTransaction } from './transaction.js';

/**
 * Creates a run with another's checkpoints, in one transaction; null when there is nothing to carry over.
 *
 * The source's row is locked from the first read on: nothing is written to the run meanwhile, and whoever deletes it waits.
 * So every large value it refers to is there until the fork refers to it too.
 */
export function forkRun(context: PostgresContext, request: ForkRequest): Promise<CreatedRun | null> {
  return inTransaction(context, async (connection) => {
    const source = await lockSource(context, connection, request.sourceRunId);
    const carried = await callerPart(() => request.choose(source));
    if (carried === null) return null;
    const run = toRunToCreate({ source, request, carried });
    const [created = null] = await createOrFind(context, [run], (work) => inSavepoint(connection, work));
    return created;
  });
}

async function lockSource(
  { statements, clock }: PostgresContext,
  connection: PgConnection,
  runId: string,
): Promise<ForkSource> {
  const runIds = [runId];
  const [locked] = await statements.lockRuns.all(connection, { runIds });
  const [run] = await statements.readRuns.all(connection, { runIds });
  if (locked === undefined || run === undefined) throw new RunNotFoundError(runId);
  clock.settle(locked.now);
  const steps = await statements.readSteps.all(connection, { runIds });
  const began = await statements.readBegan.all(connection, { runId });
  return { run, steps, began: new Map(began.map(({ stepKey, seq }) => [stepKey, seq])) };
}
