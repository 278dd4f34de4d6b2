import { WorkflowExecutor } from '@sisyphus-state/executor';
import type { RunRow } from '@sisyphus-state/schema';
import { type PauseOutcome, RunNotFoundError } from '@sisyphus-state/store';
import { exitStatus } from '../errors/exit-status.js';
import { findRun } from '../input/find-run.js';
import { withExistingStore } from '../input/open-database.js';
import { type CommandContext, printDocument, resumeCommandFor } from './command.js';

/** Arguments of `pause`. */
export interface PauseArguments {
  readonly run: string;
  readonly reason: string | undefined;
}

/** `sisyphus pause RUN`: lets a run stand still until it is resumed, or asks its holder to. Status 1 for one that has ended. */
export function pause(context: CommandContext, { run, reason }: PauseArguments): Promise<number> {
  return withExistingStore(context.db, context.terminal, async (store) => {
    const runId = await findRun(store, run, context.namespace);
    const row = await store.readRun(runId);
    if (row === null) throw new RunNotFoundError(runId);
    const outcome = await new WorkflowExecutor(store).pause(runId, reason ?? null);
    if (context.json) printDocument(context, { runId, outcome: outcome.kind });
    else context.terminal.print(describe(outcome, row, context));
    const isEnded = outcome.kind === 'unchanged' && outcome.status !== 'paused';
    return isEnded ? exitStatus.failed : exitStatus.done;
  });
}

function describe(outcome: PauseOutcome, run: RunRow, context: CommandContext): string {
  const { id: runId } = run;
  const goOn = `It goes on with: ${resumeCommandFor(context, run)}`;
  if (outcome.kind === 'paused') return `paused ${runId}\n${goOn}`;
  if (outcome.kind !== 'unchanged')
    return `Asked its worker to pause ${runId}; it ends the steps in hand first.\n${goOn}`;
  if (outcome.status === 'paused') return `Run ${runId} is paused already.\n${goOn}`;
  return `Run ${runId} was ${outcome.status} already; there is nothing to pause.`;
}
