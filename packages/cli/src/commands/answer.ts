import { WorkflowExecutor } from '@sisyphus-state/executor';
import { exitStatus } from '../errors/exit-status.js';
import { findRun } from '../input/find-run.js';
import { withExistingStore } from '../input/open-database.js';
import { type CommandContext, noteWhoGoesOn, printDocument } from './command.js';

/** Arguments of `approve` and `reject`. */
export interface AnswerArguments {
  readonly run: string;
  readonly step: string;
  readonly approved: boolean;
  readonly by: string | undefined;
  readonly comment: string | undefined;
}

/** `sisyphus approve RUN STEP` and `reject`: answers an approval; the first answer holds, any other is an error with status 1. */
export function answer(context: CommandContext, request: AnswerArguments): Promise<number> {
  const { run, step, approved, by, comment } = request;
  return withExistingStore(context.db, context.terminal, async (store) => {
    const runId = await findRun(store, run, context.namespace);
    const executor = new WorkflowExecutor(store);
    await (approved ? executor.approve(runId, step, { by, comment }) : executor.reject(runId, step, { by, comment }));
    if (context.json) printDocument(context, { runId, step, approved });
    else context.terminal.print(`${approved ? 'approved' : 'rejected'} "${step}" of ${runId}`);
    if (!context.json) await noteWhoGoesOn(context, store, runId);
    return exitStatus.done;
  });
}
