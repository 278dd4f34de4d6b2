import { type Change, encodeValue, toStoredError } from '@sisyphus-state/store';
import type { Plan } from '../definition/plan.js';
import { resolveValue } from '../expressions/resolve-value.js';
import type { Batch, Ending, Failure, Verdict } from './batch.js';
import type { ContextBuilder } from './context-builder.js';
import type { Completion, Progress } from './progress.js';
import type { RunScope } from './run-scope.js';

/**
 * Adds the run's last change to the batch: what it ends as, and what it leaves.
 *
 * A run that fails or is cancelled with something to undo begins with that instead, and ends when this is called again.
 */
export function endRun(progress: Progress, batch: Batch): void {
  const isLeft = progress.ending?.kind === 'released' || progress.ending?.kind === 'paused';
  if (progress.verdict === null && progress.isDone && (progress.ending === null || isLeft)) {
    const end = progress.completion(batch);
    if ('type' in end) return void batch.changes.push(end);
    progress.ending = { kind: 'failed', failure: end };
  }
  const { ending } = progress;
  if (ending?.kind === 'failed' || ending?.kind === 'cancelled') progress.giveUp(verdictOf(ending), batch);
  if (progress.verdict !== null && progress.isDone) return void batch.changes.push(endOf(progress.verdict));
  if (ending?.kind === 'released') batch.changes.push({ type: 'run_released' });
  if (ending?.kind !== 'paused') return;
  const { reason, mailId, details = null } = ending;
  if (mailId !== null) batch.changes.push({ type: 'mail_taken', stepKey: null, mailId });
  batch.changes.push({ type: 'workflow_paused', reason, ...(details === null ? null : { details }) });
}

function verdictOf(ending: Extract<Ending, { kind: 'failed' | 'cancelled' }>): Verdict {
  if (ending.kind === 'cancelled') return { as: 'cancelled', error: null, stepKey: null, reason: ending.reason };
  return { as: 'failed', ...pick(ending.failure), reason: null };
}

function pick({ stepKey, error }: Failure): Failure {
  return { stepKey, error };
}

function endOf({ as, error, stepKey, reason }: Verdict): Change {
  if (as === 'failed' && error !== null) return { type: 'workflow_failed', error, stepKey };
  return { type: 'workflow_cancelled', reason };
}

/** `output` is evaluated before the last commit: where it fails, the run fails, and its steps stay completed. */
export function completionOf(
  runId: string,
  plan: Plan,
  { scope, contexts }: { readonly scope: RunScope; readonly contexts: ContextBuilder },
): Completion {
  try {
    const output = plan.output === null ? null : resolveValue(plan.output, scope.forOutput());
    return {
      type: 'workflow_completed',
      output: encodeValue(output, { what: `output of run ${runId}` }),
      context: encodeValue(contexts.final(), { what: `context of run ${runId}` }),
    };
  } catch (error) {
    return { error: toStoredError(error), stepKey: null };
  }
}
