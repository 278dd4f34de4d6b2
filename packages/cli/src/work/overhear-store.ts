import type { Claim, DueRun, WorkflowStore } from '@sisyphus-state/store';

/** What there is to hear between a worker and its store. */
export interface StoreListener {
  /**
   * A run was taken; the worker gets it when this has settled, and it may not reject.
   *
   * `takenFrom` is the worker that had left it.
   */
  taken(claim: Claim, takenFrom: string | null): Promise<void>;
  /** Runs of a workflow are due, and the worker passes them over because it can't run them; once for each workflow. */
  passedOver(due: DueRun): void;
}

/**
 * The store as a worker uses it, with a listener to what it takes and what it passes over.
 *
 * A worker itself tells of the changes that it commits, and of nothing before the first of them.
 */
export function overhearStore(store: WorkflowStore, listener: StoreListener): WorkflowStore {
  const told = new Set<string>();
  // The worker makes up its mind about workflows between one look and the next.
  let lastDue: readonly DueRun[] = [];
  let lastLeft: readonly DueRun[] = [];
  const tellOf = (except: readonly string[]): void => {
    const isNew = ({ workflowKey }: DueRun): boolean => !told.has(workflowKey) && except.includes(workflowKey);
    for (const due of [...lastDue, ...lastLeft].filter(isNew)) {
      if (told.has(due.workflowKey)) continue;
      told.add(due.workflowKey);
      listener.passedOver(due);
    }
  };
  return {
    ...store,
    findDue: async (request) => {
      tellOf(request.except ?? []);
      const due = await store.findDue(request);
      lastDue = due.runs;
      return due;
    },
    findAbandoned: async (request) => {
      tellOf(request.except ?? []);
      lastLeft = await store.findAbandoned(request);
      return lastLeft;
    },
    claimDue: async (request) => {
      const claims = await store.claimDue(request);
      for (const claim of claims) await listener.taken(claim, null);
      return claims;
    },
    claimRuns: async (request) => {
      const before = await Promise.all(request.runIds.map((runId) => store.readRun(runId)));
      const outcomes = await store.claimRuns(request);
      for (const [index, outcome] of outcomes.entries())
        if (outcome.kind === 'claimed') await listener.taken(outcome, before[index]?.leaseWorker ?? null);
      return outcomes;
    },
  };
}
