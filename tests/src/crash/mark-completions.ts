import type { Change, WorkflowStore } from '@sisyphus-state/store';
import { appendEffect } from '../support/effects.mjs';

/** Wraps a store so that each step's completion is marked among the effects once it is committed. */
export function markCompletions<Tx>(store: WorkflowStore<Tx>, effects: string): WorkflowStore<Tx> {
  const mark = (runId: string, changes: readonly Change[]): void => {
    for (const change of changes)
      if (change.type === 'step_completed') appendEffect(effects, { kind: 'completed', runId, key: change.stepKey });
  };
  return {
    ...store,
    createRuns: async (runs, options) => {
      const created = await store.createRuns(runs, options);
      for (const [index, run] of runs.entries()) if (created[index]?.created) mark(run.id, run.changes ?? []);
      return created;
    },
    record: async (lease, changes, options) => {
      const recorded = await store.record(lease, changes, options);
      mark(lease.runId, changes);
      return recorded;
    },
  };
}
