import type { Change, WorkflowStore } from '@sisyphus-state/store';

/** A fault: a step's completion is not committed with the start of the next one, but only with the run's end. */
export function forgetOutcomes(store: WorkflowStore): WorkflowStore {
  const late: Change[] = [];
  return {
    ...store,
    record: (lease, changes, options) => {
      const isEnd = changes.some(({ type }) => type === 'workflow_completed');
      if (isEnd) return store.record(lease, [...late, ...changes], options);
      late.push(...changes.filter(({ type }) => type === 'step_completed'));
      return store.record(
        lease,
        changes.filter(({ type }) => type !== 'step_completed'),
        options,
      );
    },
  };
}
