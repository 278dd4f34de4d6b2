import { isTerminal, type RunStatus } from '@sisyphus-state/schema';
import type { Change } from '../changes/change.js';
import { chargeCutOff, readSpend, readUsage } from '../changes/run-usage.js';
import type { Decision, RunSnapshot } from '../store-types.js';

/** What a request to cancel did: ended the run, asked its holder, or found it ended as `status` already. */
export type CancelOutcome =
  | { readonly kind: 'cancelled' | 'requested' }
  | { readonly kind: 'ended'; readonly status: RunStatus };

/** What has to be known of a run to cancel it. */
export interface CancelRequest {
  /** Its definition says how to undo steps: somebody has to take the run to do it. */
  readonly undoes?: boolean;
}

/**
 * Decides on a cancel from outside: a live holder is asked, otherwise the run ends in this commit.
 *
 * A run that has begun and may have something to undo becomes due instead: whoever takes it cancels it.
 */
export function decideCancel(
  snapshot: RunSnapshot,
  reason: string | null,
  { undoes = false }: CancelRequest = {},
): Decision<CancelOutcome> {
  const { run, lease, mail } = snapshot;
  if (isTerminal(run.status)) return { changes: [], value: { kind: 'ended', status: run.status } };
  if (run.endingAs === 'failed') return { changes: [], value: { kind: 'ended', status: run.endingAs } };
  const mustBeTaken = undoes && run.startedAt !== null;
  const isAsked = run.endingAs === 'cancelled' || mail.some((item) => item.kind === 'cancel');
  const isEnding = run.endingAs !== null;
  if (lease !== 'held' && !mustBeTaken && !isEnding)
    return { changes: cancelChanges(snapshot, reason), value: { kind: 'cancelled' } };
  if (isAsked) return { changes: [], value: { kind: 'requested' } };
  return {
    changes: [{ type: 'cancel_requested', reason }, ...(lease === 'held' ? [] : becomeDue(run.status))],
    mail: [{ kind: 'cancel', name: reason, payload: null }],
    value: { kind: 'requested' },
  };
}

/** A run that was given back, or left by its holder, is due already. */
function becomeDue(status: RunStatus): readonly Change[] {
  if (status === 'waiting') return [{ type: 'workflow_woken' }];
  return status === 'paused' ? [{ type: 'workflow_resumed', rearmed: [], definitionHash: null }] : [];
}

const wasCancelled = 'the run was cancelled';
const givenUp = `given up by its parent: ${wasCancelled}`;

function cancelChanges({ run, openSteps }: RunSnapshot, reason: string | null): Change[] {
  let usage = readUsage(run.usage);
  const cancelled = openSteps
    .filter((step) => step.status === 'running' || step.status === 'pending' || step.status === 'waiting')
    .flatMap(({ stepKey, attempts: attempt, reserved, childRunId }): readonly Change[] => {
      const change = { type: 'step_cancelled', stepKey, attempt, reason: wasCancelled } as const;
      if (childRunId !== null)
        return [change, { type: 'child_cancel_requested', stepKey, childRunId, reason: givenUp }];
      if (reserved === null) return [change];
      // Whoever held the run is gone, and what that attempt used is not known.
      usage = chargeCutOff(usage, readSpend(reserved));
      return [{ ...change, runUsage: usage }];
    });
  return [...cancelled, { type: 'workflow_cancelled', reason }];
}
