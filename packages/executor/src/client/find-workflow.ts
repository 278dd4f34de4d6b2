import type { Workflow } from '../workflow.js';
import type { WorkflowList } from './workflow-list.js';

/** Finds a workflow by its name (of several versions the newest) or by `name@version`; null when it is not known. */
export function findWorkflow(workflows: Pick<WorkflowList, 'get'>, reference: string): Workflow | null {
  const known = workflows.get(reference);
  if (known !== null) return known;
  const [, name, version] = /^(.+)@(\d+)$/.exec(reference) ?? [];
  return name === undefined ? null : workflows.get(name, Number(version));
}
