import { decodeChange, type WorkflowStore } from '@sisyphus-state/store';
import type { Verdict } from '../engine/batch.js';

/** What a run that is being undone will end as: its row says the status, its log all the rest. */
export async function readVerdict(store: Pick<WorkflowStore, 'readEvents'>, runId: string): Promise<Verdict | null> {
  const event = (await store.readEvents(runId)).findLast(({ type }) => type === 'workflow_ending');
  const change = event === undefined ? null : decodeChange(event, event.body);
  if (change?.type !== 'workflow_ending') return null;
  const { as, error, stepKey, reason } = change;
  return { as, error, stepKey, reason };
}
