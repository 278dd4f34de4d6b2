import type { BudgetDefinition } from '@sisyphus-state/executor';
import { RunNotFoundError } from '@sisyphus-state/store';
import { findRun } from '../input/find-run.js';
import { loadHandlers } from '../input/load-handlers.js';
import { withExistingStore } from '../input/open-database.js';
import { readWorkflow } from '../input/read-workflow.js';
import { driveRun } from '../live/drive-run.js';
import { outlineOf, storedOutline } from '../live/plan-outline.js';
import { createRunView } from '../live/run-view.js';
import type { CommandContext } from './command.js';

/** Arguments of `resume`. */
export interface ResumeArguments {
  readonly run: string;
  readonly takeover: boolean;
  /** A workflow file to compare the stored definition with, or to go on with. */
  readonly workflow: string | undefined;
  readonly onDrift: 'fail' | 'pinned' | 'upgrade';
  readonly handlers: readonly string[];
  readonly budget: BudgetDefinition | undefined;
  readonly deadline: string | undefined;
}

/** `sisyphus resume RUN`: goes on with a run that is not completed, from its checkpoint, until it has ended or is idle. */
export async function resume(context: CommandContext, given: ResumeArguments): Promise<number> {
  const { terminal, db, namespace, json } = context;
  const { takeover, onDrift, handlers, budget, deadline } = given;
  const { registry } = await loadHandlers(handlers, terminal.cwd);
  const workflow = given.workflow === undefined ? undefined : await readWorkflow(given.workflow, registry, terminal);
  return withExistingStore(db, terminal, async (store) => {
    const runId = await findRun(store, given.run, namespace);
    const run = await store.readRun(runId);
    if (run === null) throw new RunNotFoundError(runId);
    const isStoredUsed = workflow === undefined || onDrift === 'pinned';
    const stored = isStoredUsed ? await storedOutline(store, run) : [];
    const outline = stored.length === 0 && workflow !== undefined ? outlineOf(workflow) : stored;
    return driveRun({
      ...{ terminal, json, db, namespace, handlers, store, registry },
      workflowName: run.name,
      view: createRunView(outline, await store.readSteps(runId)),
      isNew: false,
      begin: async (executor) => ({
        runId,
        // It may be held by another: known only when something happens.
        isKnown: false,
        result: executor.resume(runId, workflow, { takeover, onDrift, budget, deadline, until: 'idle' }),
      }),
    });
  });
}
