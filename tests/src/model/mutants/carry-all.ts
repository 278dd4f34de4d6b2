import type { WorkflowStore } from '@sisyphus-state/store';

/** A fault: a fork has all that its source completed, the step it is made from included. */
export function carryAll(store: WorkflowStore): WorkflowStore {
  return {
    ...store,
    forkRun: (request) =>
      store.forkRun({
        ...request,
        choose: (source) => {
          const chosen = request.choose(source);
          const settled = source.steps.filter(({ status }) => status === 'completed').map(({ stepKey }) => stepKey);
          return chosen === null ? null : { ...chosen, settled };
        },
      }),
  };
}
