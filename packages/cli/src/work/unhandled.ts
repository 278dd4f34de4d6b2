import { inspectDefinition } from '@sisyphus-state/executor';
import type { HandlerRegistry } from '@sisyphus-state/handlers';
import type { DueRun, WorkflowStore } from '@sisyphus-state/store';

/** A workflow whose runs are due and that a worker can't run. */
export interface Unhandled {
  readonly name: string;
  /** The types of its steps that no handler is here for; none: something else is in the way. */
  readonly types: readonly string[];
  /** For a person: what is missing. */
  readonly reason: string;
}

/** Says why a worker with these handlers can't run a workflow. */
export async function explainUnhandled(
  store: WorkflowStore,
  registry: HandlerRegistry,
  due: DueRun,
): Promise<Unhandled> {
  const { name, definitionHash } = due;
  const row = definitionHash === null ? null : await store.readDefinition(definitionHash);
  if (row === null)
    return { name, types: [], reason: 'no definition is stored with it: resume it by hand, with --workflow' };
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
  if (types.length === 0) return { name, types, reason: 'this version does not understand its definition' };
  return { name, types, reason: `no handler is here for ${types.join(', ')}: --handlers MODULE` };
}
