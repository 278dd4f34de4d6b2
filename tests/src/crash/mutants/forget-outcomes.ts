import type { WorkflowStore } from '@sisyphus-state/store';

/** A fault: says that a step's completion is committed, and commits nothing until the run's last change. */
export function forgetOutcomes(store: WorkflowStore): WorkflowStore {
  return {
    ...store,
    record: async (lease, changes) => {
      const isOutcome = changes.some(({ type }) => type === 'step_completed');
      const isEnd = changes.some(({ type }) => type === 'workflow_completed');
      return isOutcome && !isEnd ? { revision: lease.revision, at: Date.now() } : store.record(lease, changes);
    },
  };
}
