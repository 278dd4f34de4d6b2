import { isTerminal, type RunStatus } from '@sisyphus-state/schema';
import type { Change } from '../changes/change.js';
import type { Decision, RunSnapshot } from '../store-types.js';

/** What a request to cancel did: ended the run, asked its holder, or found it ended as `status` already. */
export type CancelOutcome =
  | { readonly kind: 'cancelled' | 'requested' }
  | { readonly kind: 'ended'; readonly status: RunStatus };

/** Decides on a cancel from outside: a live holder is asked, otherwise the run ends in this commit. */
export function decideCancel(snapshot: RunSnapshot, reason: string | null): Decision<CancelOutcome> {
  const { run, lease, mail } = snapshot;
  if (isTerminal(run.status)) return { changes: [], value: { kind: 'ended', status: run.status } };
  if (lease !== 'held') return { changes: cancelChanges(snapshot, reason), value: { kind: 'cancelled' } };
  if (mail.some((item) => item.kind === 'cancel')) return { changes: [], value: { kind: 'requested' } };
  return {
    changes: [{ type: 'cancel_requested', reason }],
    mail: [{ kind: 'cancel', name: reason, payload: null }],
    value: { kind: 'requested' },
  };
}

function cancelChanges({ openSteps }: RunSnapshot, reason: string | null): Change[] {
  const cancelled = openSteps
    .filter((step) => step.status === 'running' || step.status === 'pending' || step.status === 'waiting')
    .map(
      (step): Change => ({
        type: 'step_cancelled',
        stepKey: step.stepKey,
        attempt: step.attempts,
        reason: 'the run was cancelled',
      }),
    );
  return [...cancelled, { type: 'workflow_cancelled', reason }];
}
