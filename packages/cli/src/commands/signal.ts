import { WorkflowExecutor } from '@sisyphus-state/executor';
import { exitStatus } from '../errors/exit-status.js';
import { findRun } from '../input/find-run.js';
import { withExistingStore } from '../input/open-database.js';
import { parseJson } from '../input/read-input.js';
import { type CommandContext, noteWhoGoesOn, printDocument } from './command.js';

/** Arguments of `signal`. */
export interface SignalArguments {
  readonly run: string;
  readonly name: string;
  /** JSON; undefined is no payload, which is not null. */
  readonly payload: string | undefined;
}

/** `sisyphus signal RUN NAME [JSON]`: sends a run a signal, which is kept until a wait takes it. Status 1 for a run that has ended. */
export function signal(context: CommandContext, { run, name, payload }: SignalArguments): Promise<number> {
  return withExistingStore(context.db, context.terminal, async (store) => {
    const value = payload === undefined ? undefined : parseJson(payload, 'the payload');
    const runId = await findRun(store, run, context.namespace);
    const outcome = await new WorkflowExecutor(store).signal(runId, name, value);
    const isEnded = outcome.kind === 'ended';
    if (context.json) printDocument(context, { runId, name, outcome: outcome.kind });
    else if (isEnded)
      context.terminal.print(`Run ${runId} was ${outcome.status} already; nothing takes a signal there.`);
    else context.terminal.print(`sent "${name}" to ${runId}`);
    if (!context.json && !isEnded) await noteWhoGoesOn(context, store, runId);
    return isEnded ? exitStatus.failed : exitStatus.done;
  });
}
