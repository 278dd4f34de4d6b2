import type { ClaimOutcome, WorkflowStore } from '@sisyphus-state/store';

/** A fault: whoever takes a run tries again what failed in it, though the run went on from that. */
export function retryCaught(store: WorkflowStore): WorkflowStore {
  const forget = <Outcome extends ClaimOutcome>(outcome: Outcome): Outcome =>
    outcome.kind === 'claimed'
      ? {
          ...outcome,
          steps: outcome.steps.map((step) => (step.status === 'failed' ? { ...step, status: 'pending' } : step)),
        }
      : outcome;
  return {
    ...store,
    claimRuns: async (request) => (await store.claimRuns(request)).map(forget),
    claimDue: async (request) => (await store.claimDue(request)).map(forget),
  };
}
