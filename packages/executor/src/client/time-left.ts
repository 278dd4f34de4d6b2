import type { RunRow } from '@sisyphus-state/schema';
import type { WorkflowStore } from '@sisyphus-state/store';

/** How long a run that waits for its time has to wait, in ms; 0 for any other. */
export async function timeLeft(
  store: Pick<WorkflowStore, 'now'>,
  { status, wakeAt }: Pick<RunRow, 'status' | 'wakeAt'>,
): Promise<number> {
  if (status !== 'waiting' && status !== 'pending') return 0;
  if (wakeAt === null) return status === 'waiting' ? Number.POSITIVE_INFINITY : 0;
  return wakeAt - (await store.now());
}
