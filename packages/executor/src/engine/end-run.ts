import { type Change, encodeValue, toStoredError } from '@sisyphus-state/store';
import { resolveValue } from '../expressions/resolve-value.js';
import type { Batch } from './batch.js';
import type { DrivenRun } from './driver-types.js';
import type { RunProgress } from './run-progress.js';

/** Adds the run's last change to the batch: what it ends as, and what it leaves. */
export function endRun(run: DrivenRun, progress: RunProgress, batch: Batch): void {
  const { ending } = progress;
  const isLeft = ending?.kind === 'released' || ending?.kind === 'paused';
  if (ending === null || (isLeft && progress.isDone)) {
    batch.changes.push(completion(run, progress));
    return;
  }
  if (ending.kind === 'released') {
    batch.changes.push({ type: 'run_released' });
    return;
  }
  if (ending.kind === 'paused') {
    const { reason, mailId } = ending;
    if (mailId !== null) batch.changes.push({ type: 'mail_taken', stepKey: null, mailId });
    batch.changes.push({ type: 'workflow_paused', reason });
    return;
  }
  progress.cancelOpen(batch);
  if (ending.kind === 'cancelled') batch.changes.push({ type: 'workflow_cancelled', reason: ending.reason });
  else batch.changes.push({ type: 'workflow_failed', error: ending.failure.error, stepKey: ending.failure.stepKey });
}

/** `output` is evaluated before the last commit: where it fails, the run fails, and its steps stay completed. */
function completion({ plan, runId }: DrivenRun, progress: RunProgress): Change {
  try {
    const output = plan.output === null ? null : resolveValue(plan.output, progress.scope.forOutput());
    return {
      type: 'workflow_completed',
      output: encodeValue(output, { what: `output of run ${runId}` }),
      context: encodeValue(progress.contexts.final(), { what: `context of run ${runId}` }),
    };
  } catch (error) {
    return { type: 'workflow_failed', error: toStoredError(error), stepKey: null };
  }
}
