import type { WorkflowStore } from '@sisyphus-state/store';

/** A fault: whoever takes a run on forgets which of its steps must not run twice. */
export function repeatDoubtful(store: WorkflowStore): WorkflowStore {
  return {
    ...store,
    claimRuns: async (request) =>
      (await store.claimRuns(request)).map((outcome) =>
        outcome.kind === 'claimed'
          ? {
              ...outcome,
              steps: outcome.steps.map((step) =>
                step.status === 'running' && step.delivery === 'at-most-once' ? { ...step, status: 'pending' } : step,
              ),
            }
          : outcome,
      ),
  };
}
