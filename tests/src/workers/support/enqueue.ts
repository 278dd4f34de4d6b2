import { type StartOptions, type Workflow, WorkflowExecutor } from '@sisyphus-state/executor';
import type { WorkflowStore } from '@sisyphus-state/store';
import { v7 as uuidv7 } from 'uuid';
import { inLanes } from '../../support/in-lanes.js';

/** Leaves runs of a workflow to the workers, `options(n)` for the n-th; gives their ids in order. With one lane they also come in order. */
export function enqueue(
  store: WorkflowStore,
  workflow: Workflow,
  count: number,
  of: (n: number) => StartOptions & { readonly input?: unknown } = () => ({}),
  lanes = 50,
): Promise<readonly string[]> {
  // No handlers: whoever enqueues need not have them.
  const executor = new WorkflowExecutor(store);
  // Made in order here: among those that came in one millisecond, the older id comes first.
  const runs = Array.from({ length: count }, (_, n) => ({ n, runId: uuidv7() }));
  return inLanes(lanes, runs, async ({ n, runId }) => {
    const { input, ...options } = of(n);
    return (await executor.start(workflow, input, { detach: true, runId, ...options })).runId;
  });
}
