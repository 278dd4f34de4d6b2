import type { RunRow } from '@sisyphus-state/schema';
import { decodeChange, type WorkflowPaused, type WorkflowStore } from '@sisyphus-state/store';

/** Reads what a run was last paused with; null when it never was. */
export async function readPause(
  store: Pick<WorkflowStore, 'readEvents'>,
  runId: string,
): Promise<WorkflowPaused | null> {
  const event = (await store.readEvents(runId)).findLast(({ type }) => type === 'workflow_paused');
  const change = event === undefined ? null : decodeChange(event, event.body);
  return change?.type === 'workflow_paused' ? change : null;
}

/** Says why a run stands still, and what to do to have it go on. */
export function pausedAdvice(
  { id }: Pick<RunRow, 'id'>,
  pause: Pick<WorkflowPaused, 'reason' | 'details'> | null,
): string {
  const { reason = null, details = null } = pause ?? {};
  if (details === null) return 'it goes on when somebody resumes it.';
  const resume = `resume(${JSON.stringify(id)}`;
  const { stepKey } = details;
  if (reason === 'budget_exhausted') {
    const { amount, used, limit, needed } = details;
    return `its budget is spent: of ${limit} ${showUnit(amount)} ${used} are used or kept free, and step "${stepKey}" needs ${needed} more. Raise it to go on: ${resume}, undefined, { budget: { ${amount}: … } }).`;
  }
  const { kind, times } = details;
  return `it makes no progress: step "${stepKey}" had the same ${kind} ${times} times in a row with the same input. Look at it, then ${resume}).`;
}

function showUnit(amount: unknown): string {
  if (amount === 'duration') return 'ms of duration';
  return amount === 'cost' ? 'micro-units of cost' : String(amount);
}
