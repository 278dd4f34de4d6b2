import type { BudgetDefinition } from '@sisyphus-state/executor';
import { isTerminal, type RunRow } from '@sisyphus-state/schema';
import { withStore } from '../input/open-database.js';
import { defaultInput, readInput } from '../input/read-input.js';
import { type ProgramArguments, readProgram } from '../input/read-program.js';
import { driveRun } from '../live/drive-run.js';
import { outlineOf } from '../live/plan-outline.js';
import { createRunView } from '../live/run-view.js';
import type { CommandContext } from './command.js';
import { whyUnattended } from './run-attention.js';

/** What a new run is given on the command line; undefined is left to the workflow and the defaults. */
export interface NewRunArguments extends ProgramArguments {
  readonly input: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly queue: string | undefined;
  readonly priority: number | undefined;
  readonly concurrencyKey: string | undefined;
  readonly budget: BudgetDefinition | undefined;
  readonly deadline: string | undefined;
}

/**
 * `sisyphus run FILE`: starts a workflow and drives it until it has ended or is idle.
 *
 * All that can be checked is checked before anything is written.
 */
export async function run(context: CommandContext, given: NewRunArguments): Promise<number> {
  const { terminal, db, namespace, json } = context;
  const { idempotencyKey, queue, priority, concurrencyKey, budget, deadline } = given;
  const { workflow, modules } = await readProgram(given, terminal);
  const input = given.input === undefined ? defaultInput(workflow) : await readInput(given.input, terminal.cwd);
  return withStore(db, terminal, async (store) => {
    const [known] =
      idempotencyKey === undefined
        ? []
        : await store.listRuns({ idempotencyKey, limit: 1, ...(namespace && { namespace }) });
    const rows = known === undefined ? [] : await store.readSteps(known.id);
    return driveRun({
      ...{ terminal, json, db, namespace, modules, store },
      runId: known?.id ?? null,
      workflowName: workflow.name,
      view: createRunView(outlineOf(workflow), rows),
      isNew: known === undefined,
      begin: async (executor) => {
        const options = { idempotencyKey, namespace, queue, priority, concurrencyKey, budget, deadline };
        // With another workflow or input under the same key it is refused here, before it is announced.
        if (known !== undefined) await executor.start(workflow, input, { ...options, detach: true });
        const holder = known === undefined ? null : otherHolder(known, terminal.now());
        const remark = `The run with this key is under way at ${holder}: waiting for its end.`;
        return {
          isKnown: known !== undefined,
          result: executor.execute(workflow, input, { ...options, until: 'idle' }),
          ...(holder !== null && { remark }),
        };
      },
    });
  });
}

/** Who works on a run that is known; null when nobody does. */
function otherHolder(run: RunRow, now: number): string | null {
  return isTerminal(run.status) || whyUnattended(run, now) !== null ? null : run.leaseWorker;
}
