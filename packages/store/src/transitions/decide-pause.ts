import { isTerminal, type RunStatus } from '@sisyphus-state/schema';
import type { Decision, RunSnapshot } from '../store-types.js';

/** What a request to pause did: paused the run, asked its holder, or found that it had ended or was paused as `status`. */
export type PauseOutcome =
  | { readonly kind: 'paused' | 'requested' }
  | { readonly kind: 'unchanged'; readonly status: RunStatus };

/** Decides on a pause from outside: a live holder is asked, otherwise the run stands still from this commit on. */
export function decidePause({ run, lease, mail }: RunSnapshot, reason: string | null): Decision<PauseOutcome> {
  const { status } = run;
  if (isTerminal(status) || status === 'paused') return { changes: [], value: { kind: 'unchanged', status } };
  if (lease !== 'held') return { changes: [{ type: 'workflow_paused', reason }], value: { kind: 'paused' } };
  if (mail.some(({ kind }) => kind === 'pause')) return { changes: [], value: { kind: 'requested' } };
  return {
    changes: [{ type: 'pause_requested', reason }],
    mail: [{ kind: 'pause', name: reason, payload: null }],
    value: { kind: 'requested' },
  };
}
