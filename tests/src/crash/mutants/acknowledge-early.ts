import type { WorkflowStore } from '@sisyphus-state/store';

/** A fault: says that changes are committed while they are still on their way, so that handlers start before their commit. */
export function acknowledgeEarly(store: WorkflowStore): WorkflowStore {
  let last: Promise<unknown> = Promise.resolve();
  return {
    ...store,
    record: async (lease, changes, options) => {
      const commit = async (): Promise<void> => {
        for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        await store.record(lease, changes, options);
      };
      // Nobody hears of a commit that fails: that is part of the fault.
      last = last.then(commit).catch(() => undefined);
      return { revision: lease.revision, at: Date.now() };
    },
  };
}
