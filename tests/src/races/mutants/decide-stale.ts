import type { WorkflowStore } from '@sisyphus-state/store';

/** A fault: outsiders decide by what they read before, not in the transaction that writes. */
export function decideStale(store: WorkflowStore): WorkflowStore {
  return {
    ...store,
    transact: async (runId, decide) => {
      const seen = await store.transact(runId, (snapshot) => ({ changes: [], value: snapshot }));
      await new Promise((resolve) => setImmediate(resolve));
      return store.transact(runId, () => decide(seen));
    },
  };
}
