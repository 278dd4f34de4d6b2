import type { RunRow } from '@sisyphus-state/schema';
import { decodeChange, type WorkflowStore } from '@sisyphus-state/store';
import type { Program } from '../program.js';

/**
 * The steps whose failures stay on record when a run is resumed: those that it went on from.
 *
 * A function has seen, and caught, every failure but the one it failed with itself; of a run that was cancelled it failed
 * with none.
 */
export async function failuresToKeep(
  store: Pick<WorkflowStore, 'readSteps' | 'readEvents'>,
  run: RunRow,
  program: Program,
): Promise<readonly string[]> {
  if (program.kind === 'data') return program.steps.filter((step) => step.continuesOnError).map(({ id }) => id);
  if (run.status !== 'failed' && run.status !== 'cancelled') return [];
  const failed = (await store.readSteps(run.id)).filter(({ status }) => status === 'failed');
  if (failed.length === 0) return [];
  if (run.status === 'cancelled') return failed.map(({ stepId }) => stepId);
  const last = (await store.readEvents(run.id)).findLast(({ type }) => type === 'workflow_failed');
  const change = last === undefined ? null : decodeChange(last, last.body);
  const failedBy = change?.type === 'workflow_failed' ? change.stepKey : null;
  return failed.filter(({ stepKey }) => stepKey !== failedBy).map(({ stepId }) => stepId);
}
