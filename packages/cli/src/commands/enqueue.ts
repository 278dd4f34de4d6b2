import { WorkflowExecutor } from '@sisyphus-state/executor';
import { exitStatus } from '../errors/exit-status.js';
import { isoInstant, showMoment } from '../format/time.js';
import { withStore } from '../input/open-database.js';
import { defaultInput, readInput } from '../input/read-input.js';
import { readProgram } from '../input/read-program.js';
import { type CommandContext, printDocument, workCommandFor } from './command.js';
import type { NewRunArguments } from './run.js';

/** Arguments of `run --detach`. */
export interface EnqueueArguments extends NewRunArguments {
  /** How long after its creation the run is due, or when. */
  readonly startAfter: string | Date | undefined;
}

/**
 * `sisyphus run FILE --detach`: leaves the run to the workers of its queue, and prints its id.
 *
 * The workers need handlers for its steps; this process needs none.
 */
export async function enqueue(context: CommandContext, given: EnqueueArguments): Promise<number> {
  const { terminal, db, namespace, json } = context;
  const { idempotencyKey, queue, priority, concurrencyKey, startAfter, budget, deadline } = given;
  const { workflow, modules } = await readProgram(given, terminal, { mayLackHandlers: true });
  const input = given.input === undefined ? defaultInput(workflow) : await readInput(given.input, terminal.cwd);
  return withStore(db, terminal, async (store) => {
    if (!store.capabilities.durable) terminal.note('This database is in memory: the run is gone with this command.');
    const executor = new WorkflowExecutor(store, modules.registry, { workflows: modules.workflows });
    const options = { idempotencyKey, namespace, queue, priority, concurrencyKey, startAfter, budget, deadline };
    const { runId, created } = await executor.start(workflow, input, { ...options, detach: true });
    const run = await store.readRun(runId);
    const facts = { status: run?.status ?? null, queue: run?.queue ?? null, wakeAt: isoInstant(run?.wakeAt ?? null) };
    if (json) printDocument(context, { runId, name: workflow.name, created, ...facts });
    else {
      terminal.print(runId);
      // Beside the result, so that a script takes the id alone.
      if (run !== null && created) {
        const wait = run.wakeAt === null ? '' : `, due at ${showMoment(run.wakeAt, terminal.now())}`;
        const command = workCommandFor(context, run.queue, modules.named);
        terminal.note(`It is in queue ${run.queue}${wait}. Workers take it: ${command}`);
      } else terminal.note(`The run with this key is there already; it is ${run?.status ?? 'gone'}.`);
    }
    return exitStatus.done;
  });
}
