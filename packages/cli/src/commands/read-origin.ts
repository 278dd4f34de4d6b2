import { decodeChange, type WorkflowStore } from '@sisyphus-state/store';

/** Where a fork comes from. */
export interface Origin {
  readonly runId: string;
  /** The step that it does anew, with all that needs it. */
  readonly from: string;
}

/** Reads where a run comes from: its first event says so. Null for a run that is no fork. */
export async function readOrigin(store: WorkflowStore, runId: string): Promise<Origin | null> {
  const [first] = await store.readEvents(runId, { limit: 1 });
  const change = first?.source === 'engine' ? decodeChange(first, first.body) : null;
  return change?.type === 'run_forked' ? { runId: change.sourceRunId, from: change.from } : null;
}
