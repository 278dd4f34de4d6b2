import type { Workflow } from '@sisyphus-state/executor';
import type { WorkflowStore } from '@sisyphus-state/store';
import { loadHandlers } from '../input/load-handlers.js';
import { withStore } from '../input/open-database.js';
import { readInput } from '../input/read-input.js';
import { readWorkflow } from '../input/read-workflow.js';
import { driveRun } from '../live/drive-run.js';
import { outlineOf } from '../live/plan-outline.js';
import { createRunView } from '../live/run-view.js';
import type { CommandContext } from './command.js';

/** Arguments of `run`. */
export interface RunArguments {
  readonly file: string;
  readonly input: string | undefined;
  readonly handlers: readonly string[];
  readonly idempotencyKey: string | undefined;
}

/** `sisyphus run FILE`: starts a workflow and drives it to its end. All that can be checked is checked before anything is written. */
export async function run({ terminal, db, json }: CommandContext, given: RunArguments): Promise<number> {
  const { file, handlers, idempotencyKey } = given;
  const { registry } = await loadHandlers(handlers, terminal.cwd);
  const workflow = await readWorkflow(file, registry, terminal);
  const input = given.input === undefined ? defaultInput(workflow) : await readInput(given.input, terminal.cwd);
  return withStore(db, terminal, async (store) => {
    const [known] = idempotencyKey === undefined ? [] : await store.listRuns({ idempotencyKey, limit: 1 });
    const rows = known === undefined ? [] : await store.readSteps(known.id);
    return driveRun({
      ...{ terminal, json, db, handlers, store, registry },
      workflowName: workflow.name,
      view: createRunView(outlineOf(workflow), rows),
      isNew: known === undefined,
      begin: async (executor) => {
        const options = idempotencyKey === undefined ? {} : { idempotencyKey };
        const { runId, created, result } = await executor.start(workflow, input, options);
        const holder = created ? null : await otherHolder(store, runId, executor.worker);
        const remark = `The run with this key is under way at ${holder}: waiting for its end.`;
        return { runId, created, result: result(), ...(holder !== null && { remark }) };
      },
    });
  });
}

/** Without `--input`, a workflow that takes an object gets an empty one: what it misses is then said by name. */
function defaultInput({ input: schema }: Workflow): unknown {
  return typeof schema === 'object' && schema.type === 'object' ? {} : undefined;
}

/** Who else holds the run; null when nobody does. */
async function otherHolder(store: WorkflowStore, runId: string, worker: string): Promise<string | null> {
  const holder = (await store.readRun(runId))?.leaseWorker ?? null;
  return holder === worker ? null : holder;
}
