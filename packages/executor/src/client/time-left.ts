import type { RunRow } from '@sisyphus-state/schema';
import type { WorkflowStore } from '@sisyphus-state/store';

/** How long a run that waits for its time has to wait, in ms; 0 for any other. */
export async function timeLeft(
  store: Pick<WorkflowStore, 'now'>,
  { status, wakeAt, deadlineAt }: Pick<RunRow, 'status' | 'wakeAt' | 'deadlineAt'>,
): Promise<number> {
  if (status !== 'waiting' && status !== 'pending') return 0;
  if (wakeAt === null && status === 'pending') return 0;
  const dueAt = Math.min(wakeAt ?? Number.POSITIVE_INFINITY, deadlineAt ?? Number.POSITIVE_INFINITY);
  return dueAt - (await store.now());
}
