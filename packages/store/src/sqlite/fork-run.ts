import { toRunToCreate } from '../changes/first-changes.js';
import { RunNotFoundError } from '../errors.js';
import type { CreatedRun, ForkRequest, ForkSource } from '../store-types.js';
import type { SqliteContext } from './context.js';
import { createRun } from './create-runs.js';

/** Creates a run with another's checkpoints inside the transaction at hand; null when there is nothing to carry it from. */
export function forkRun(context: SqliteContext, request: ForkRequest): CreatedRun | null {
  const source = readSource(context, request.sourceRunId);
  const carried = request.choose(source);
  return carried === null ? null : createRun(context, toRunToCreate({ source, request, carried }));
}

function readSource({ statements }: SqliteContext, runId: string): ForkSource {
  const run = statements.readRun.get({ runId });
  if (run === undefined) throw new RunNotFoundError(runId);
  const began = new Map(statements.readBegan.all({ runId }).map(({ stepKey, seq }) => [stepKey, seq]));
  return { run, steps: statements.readSteps.all({ runId }), began };
}
