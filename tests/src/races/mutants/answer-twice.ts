import type { WorkflowStore } from '@sisyphus-state/store';

/** A fault: whoever answers does not look whether somebody has answered, as an engine would that only looks at the step. */
export function answerTwice(store: WorkflowStore): WorkflowStore {
  return {
    ...store,
    transact: (runId, decide) => store.transact(runId, (snapshot) => decide({ ...snapshot, mail: [] })),
  };
}
