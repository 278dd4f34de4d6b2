import { inspectDefinition } from '@sisyphus-state/executor';
import type { DueRun, WorkflowStore } from '@sisyphus-state/store';
import type { LoadedModules } from '../input/load-modules.js';
import { findWorkflow } from '../input/show-workflow.js';
import { isCodeRun } from '../live/code-run.js';
import { calledWorkflows } from './called-workflows.js';

/** A workflow whose runs are due and that a worker can't run. */
export interface Unhandled {
  readonly name: string;
  /** The types of its steps that no handler is here for; none: something else is in the way. */
  readonly types: readonly string[];
  /** For a person: what is missing. */
  readonly reason: string;
}

/** What a worker can run. */
export type Equipment = Pick<LoadedModules, 'registry' | 'workflows'>;

/** Says why a worker with these handlers and workflows can't run a workflow. */
export async function explainUnhandled(
  store: WorkflowStore,
  { registry, workflows }: Equipment,
  due: DueRun,
): Promise<Unhandled> {
  const { name, definitionHash } = due;
  const missing = (reason: string, types: readonly string[] = []): Unhandled => ({ name, types, reason });
  if (isCodeRun(due)) return missing(`the code of its version ${due.version} is not here: --workflows MODULE`);
  const row = definitionHash === null ? null : await store.readDefinition(definitionHash);
  if (row === null) return missing('no definition is stored with it: resume it by hand, with --workflow');
  // Only definitions are stored.
  const { steps } = JSON.parse(row.body) as {
    readonly steps: readonly { readonly id: string; readonly type: string }[];
  };
  const { issues } = inspectDefinition(JSON.parse(row.body), {
    hasHandler: (type) => registry.has(type),
    // Their own keys are no matter here.
    isPlainType: () => true,
  });
  const without = new Set(issues.filter(({ code }) => code === 'HANDLER_NOT_FOUND').map(({ stepId }) => stepId));
  const types = [...new Set(steps.filter(({ id }) => without.has(id)).map(({ type }) => type))];
  if (types.length > 0) return missing(`no handler is here for ${types.join(', ')}: --handlers MODULE`, types);
  const called = calledWorkflows(steps).filter((reference) => findWorkflow(workflows, reference) === null);
  if (called.length === 0) return missing('this version does not understand its definition');
  return missing(`its steps start runs of ${called.join(', ')}, which is not here: --workflows MODULE`);
}
