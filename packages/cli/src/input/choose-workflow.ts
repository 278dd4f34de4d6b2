import type { CodeWorkflow } from '@sisyphus-state/executor';
import { UsageError } from '../errors/usage-error.js';
import { findWorkflow, showWorkflow } from './show-workflow.js';
import type { WorkflowModule } from './workflows-of-module.js';

/**
 * Chooses the workflow of a module to run: the one that is named (`order`, `order@2`), else its default export, else the only
 * one; of one name the newest version. Throws `WORKFLOW_CHOICE`, which names those there are.
 */
export function chooseWorkflow({ name: module, workflows, main }: WorkflowModule, name?: string): CodeWorkflow {
  const shown = workflows.map(showWorkflow);
  const details = { module, workflows: shown };
  if (name !== undefined) {
    const named = findWorkflow(workflows, name);
    if (named !== null) return named;
    const message = `The module ${module} has no workflow "${name}". It has ${shown.join(', ')}.`;
    throw new UsageError('WORKFLOW_CHOICE', message, { details });
  }
  if (main !== null) return main;
  const [first] = workflows;
  const only = first === undefined ? null : findWorkflow(workflows, first.name);
  if (only !== null && workflows.every((workflow) => workflow.name === only.name)) return only;
  throw new UsageError(
    'WORKFLOW_CHOICE',
    `The module ${module} has several workflows: ${shown.join(', ')}. Choose one: --name ${first?.name}, or export it as the default.`,
    { details },
  );
}
