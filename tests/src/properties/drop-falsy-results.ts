import type { WorkflowStore } from '@sisyphus-state/store';

const falsy: ReadonlySet<string | null> = new Set(['0', '""', 'false', 'null']);

/** A fault: what a step returned is kept as nothing when it is falsy; log and tables agree on that. */
export function dropFalsyResults(store: WorkflowStore): WorkflowStore {
  return {
    ...store,
    record: (lease, changes) =>
      store.record(
        lease,
        changes.map((change) =>
          change.type === 'step_completed' && falsy.has(change.result) ? { ...change, result: null } : change,
        ),
      ),
  };
}
