import type { BudgetDefinition, WorkflowDefinition } from '@sisyphus-state/executor';
import { RunNotFoundError } from '@sisyphus-state/store';
import { UsageError } from '../errors/usage-error.js';
import { checkCodeIsHere } from '../input/check-code.js';
import { findRun } from '../input/find-run.js';
import { asModuleName, isModuleFile } from '../input/import-module.js';
import { type LoadedModules, loadModules, type ModuleNames } from '../input/load-modules.js';
import { withExistingStore } from '../input/open-database.js';
import { readWorkflow } from '../input/read-workflow.js';
import { driveRun } from '../live/drive-run.js';
import { outlineOf, storedOutline } from '../live/plan-outline.js';
import { createRunView } from '../live/run-view.js';
import type { Terminal } from '../terminal/terminal.js';
import type { CommandContext } from './command.js';

/** Arguments of `resume`. */
export interface ResumeArguments extends ModuleNames {
  readonly run: string;
  readonly takeover: boolean;
  /** A workflow file to compare the stored definition with, or to go on with. */
  readonly workflow: string | undefined;
  readonly onDrift: 'fail' | 'pinned' | 'upgrade';
  readonly budget: BudgetDefinition | undefined;
  readonly deadline: string | undefined;
}

/** `sisyphus resume RUN`: goes on with a run that is not completed, from its checkpoint, until it has ended or is idle. */
export async function resume(context: CommandContext, given: ResumeArguments): Promise<number> {
  const { terminal, db, namespace, json } = context;
  const { takeover, onDrift, budget, deadline } = given;
  const modules = await loadModules(given, terminal.cwd);
  const workflow = given.workflow === undefined ? undefined : await readOther(given.workflow, modules, terminal);
  return withExistingStore(db, terminal, async (store) => {
    const runId = await findRun(store, given.run, namespace);
    const run = await store.readRun(runId);
    if (run === null) throw new RunNotFoundError(runId);
    if (workflow === undefined && run.status !== 'completed') checkCodeIsHere(run, modules);
    const isStoredUsed = workflow === undefined || onDrift === 'pinned';
    const stored = isStoredUsed ? await storedOutline(store, run) : [];
    const outline = stored.length === 0 && workflow !== undefined ? outlineOf(workflow) : stored;
    return driveRun({
      ...{ terminal, json, db, namespace, modules, store },
      runId,
      workflowName: run.name,
      view: createRunView(outline, await store.readSteps(runId)),
      isNew: false,
      begin: async (executor) => ({
        // It may be held by another: known only when something happens.
        isKnown: false,
        result: executor.resume(runId, workflow, { takeover, onDrift, budget, deadline, until: 'idle' }),
      }),
    });
  });
}

/** A definition to compare the stored one with. Code has none to compare: it is found by name and version. */
function readOther(file: string, { registry }: LoadedModules, terminal: Terminal): Promise<WorkflowDefinition> {
  if (!isModuleFile(file)) return readWorkflow(file, registry, terminal);
  throw new UsageError(
    'USAGE',
    `--workflow takes a workflow as data, and ${file} is a module. Of a run of code, name the module that has it: --workflows ${asModuleName(file)}.`,
  );
}
