import { type StepResolution, WorkflowExecutor } from '@sisyphus-state/executor';
import { exitStatus } from '../errors/exit-status.js';
import { UsageError } from '../errors/usage-error.js';
import { findRun } from '../input/find-run.js';
import { withExistingStore } from '../input/open-database.js';
import { parseJson } from '../input/read-input.js';
import { type CommandContext, noteWhoGoesOn, printDocument } from './command.js';

/** Arguments of `resolve`: one of the three says what became of the step. */
export interface ResolveArguments {
  readonly run: string;
  readonly step: string;
  /** The result, JSON. */
  readonly completed: string | undefined;
  /** Why it failed. */
  readonly failed: string | undefined;
  readonly retry: boolean;
}

/** `sisyphus resolve RUN STEP …`: says what became of a step that is in doubt. Status 1 when it is not, or somebody said before. */
export function resolve(context: CommandContext, request: ResolveArguments): Promise<number> {
  const { run, step } = request;
  return withExistingStore(context.db, context.terminal, async (store) => {
    const outcome = outcomeOf(request);
    const runId = await findRun(store, run, context.namespace);
    await new WorkflowExecutor(store).resolve(runId, step, outcome);
    if (context.json) printDocument(context, { runId, step, outcome });
    else context.terminal.print(`resolved "${step}" of ${runId}`);
    if (!context.json) await noteWhoGoesOn(context, store, runId);
    return exitStatus.done;
  });
}

function outcomeOf({ completed, failed, retry }: ResolveArguments): StepResolution {
  const given = [completed !== undefined, failed !== undefined, retry].filter(Boolean).length;
  if (given !== 1)
    throw new UsageError('USAGE', 'Say what became of the step: --completed [JSON], --failed WHY, or --retry.');
  if (retry) return 'retry';
  if (failed !== undefined) return { failed };
  return { completed: completed === undefined || completed === '' ? null : parseJson(completed, '--completed') };
}
