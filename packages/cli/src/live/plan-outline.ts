import { compileDefinition, isCodeWorkflow, type Workflow, type WorkflowDefinition } from '@sisyphus-state/executor';
import type { RunRow } from '@sisyphus-state/schema';
import type { WorkflowStore } from '@sisyphus-state/store';
import type { StepOutline } from './step-view.js';

/** What a checked definition announces of its steps, in its order; code announces none. */
export function outlineOf(workflow: Workflow): readonly StepOutline[] {
  if (isCodeWorkflow(workflow)) return [];
  return compileDefinition(workflow).steps.map(({ id, type, retry, source }) => ({
    id,
    type,
    isForeach: source.foreach !== undefined,
    maxAttempts: retry.attempts,
  }));
}

/** The outline of a run's stored definition; empty for a run of code, and for one of the draft, which have none. */
export async function storedOutline(store: WorkflowStore, run: RunRow): Promise<readonly StepOutline[]> {
  const row = run.definitionHash === null ? null : await store.readDefinition(run.definitionHash);
  // Only checked definitions are stored.
  return row === null ? [] : outlineOf(JSON.parse(row.body) as WorkflowDefinition);
}
