import type { WorkflowStore } from '@sisyphus-state/store';

/** A fault: a run that fails leaves what is under way in it as it is. */
export function spareSiblings(store: WorkflowStore): WorkflowStore {
  return {
    ...store,
    record: (lease, changes, options) => {
      const isFailing = changes.some(({ type }) => type === 'workflow_failed');
      const kept = isFailing ? changes.filter(({ type }) => type !== 'step_cancelled') : changes;
      return store.record(lease, kept, options);
    },
  };
}
