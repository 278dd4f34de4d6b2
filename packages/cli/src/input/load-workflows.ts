import type { CodeWorkflow } from '@sisyphus-state/executor';
import { UsageError } from '../errors/usage-error.js';
import { importModule, type ModuleRole } from './import-module.js';
import { showWorkflow } from './show-workflow.js';
import { type WorkflowModule, workflowsOf } from './workflows-of-module.js';

const role: ModuleRole = { word: 'workflows', code: 'WORKFLOWS_UNLOADABLE' };

/**
 * Loads the modules that `--workflows` names, each once.
 *
 * A name is a path from the working folder (`./orders.mjs`) or a package installed there. Throws `WORKFLOWS_UNLOADABLE`,
 * `WORKFLOW_INVALID`, and `WORKFLOW_DUPLICATE` when two workflows have one name and version.
 */
export async function loadWorkflows(names: readonly string[], cwd: string): Promise<readonly WorkflowModule[]> {
  const modules: WorkflowModule[] = [];
  for (const name of new Set(names)) modules.push(workflowsOf(await importModule(name, cwd, role), name));
  refuseDuplicates(modules);
  return modules;
}

/** The same workflow may come from several modules: one that exports another's. */
function refuseDuplicates(modules: readonly WorkflowModule[]): void {
  const known = new Map<string, { readonly workflow: CodeWorkflow; readonly module: string }>();
  for (const { name: module, workflows } of modules)
    for (const workflow of workflows) {
      const shown = showWorkflow(workflow);
      const before = known.get(shown);
      if (before === undefined) known.set(shown, { workflow, module });
      else if (before.workflow !== workflow) throw duplicate(workflow, before.module, module);
    }
}

function duplicate({ name, version }: CodeWorkflow, before: string, module: string): UsageError {
  const where = before === module ? `in the module ${module}` : `one in ${before}, one in ${module}`;
  return new UsageError(
    'WORKFLOW_DUPLICATE',
    `Two workflows are called "${name}" version ${version}: ${where}. Give one of them another name or version.`,
    { details: { name, version, modules: [before, module] } },
  );
}
