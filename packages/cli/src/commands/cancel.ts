import { WorkflowExecutor } from '@sisyphus-state/executor';
import type { CancelOutcome, WorkflowStore } from '@sisyphus-state/store';
import { exitStatus } from '../errors/exit-status.js';
import { oneLine } from '../format/text.js';
import { findRun } from '../input/find-run.js';
import { withExistingStore } from '../input/open-database.js';
import { type CommandContext, printDocument } from './command.js';

/** Arguments of `cancel`. */
export interface CancelArguments {
  readonly run: string;
  readonly reason: string | undefined;
}

/**
 * `sisyphus cancel RUN`: ends a run that nobody holds, or asks its holder to.
 *
 * Cancelling twice is no error; a run that completed or failed can't be cancelled any more: status 1.
 */
export function cancel(context: CommandContext, { run, reason }: CancelArguments): Promise<number> {
  return withExistingStore(context.db, context.terminal, async (store) => {
    const runId = await findRun(store, run, context.namespace);
    const outcome = await new WorkflowExecutor(store).cancel(runId, reason ?? null);
    if (context.json) printDocument(context, { runId, outcome: outcome.kind, status: await statusOf(store, runId) });
    else context.terminal.print(await describe(outcome, runId, store));
    const isEnded = outcome.kind === 'ended' && outcome.status !== 'cancelled';
    return isEnded ? exitStatus.failed : exitStatus.done;
  });
}

async function describe(outcome: CancelOutcome, runId: string, store: WorkflowStore): Promise<string> {
  if (outcome.kind === 'cancelled') return `cancelled ${runId}`;
  if (outcome.kind === 'ended') return `Run ${runId} was ${outcome.status} already; there is nothing to cancel.`;
  const holder = (await store.readRun(runId))?.leaseWorker;
  if (holder === null || holder === undefined)
    return `Run ${runId} is due to be cancelled; whoever takes it undoes what it did, and then ends it.`;
  const whom = `its worker ${oneLine(holder)}`;
  return `Asked ${whom} to cancel ${runId}; it stops what is running and then ends the run.`;
}

async function statusOf(store: WorkflowStore, runId: string): Promise<string | null> {
  return (await store.readRun(runId))?.status ?? null;
}
