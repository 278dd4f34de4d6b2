import type { WorkflowStore } from '@sisyphus-state/store';

/** A fault: an outsider's word is kept, but a run that is parked does not become due by it. */
export function loseWakes(store: WorkflowStore): WorkflowStore {
  return {
    ...store,
    transact: (runId, decide) =>
      store.transact(runId, (snapshot) => {
        const decision = decide(snapshot);
        return { ...decision, changes: decision.changes.filter(({ type }) => type !== 'workflow_woken') };
      }),
  };
}
