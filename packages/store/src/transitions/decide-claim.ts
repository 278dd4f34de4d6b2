import { isTerminal } from '@sisyphus-state/schema';
import type { Change } from '../changes/change.js';
import type { ClaimRequest, RunSnapshot } from '../store-types.js';
import { rearm } from './rearm.js';

/** What a claim may do: the changes that make it, or why not. */
export type ClaimDecision =
  | { readonly kind: 'claim'; readonly changes: readonly Change[] }
  | { readonly kind: 'held' | 'ended' | 'not_due' | 'changed' };

/** Decides on a claim of one run. */
export function decideClaim(
  snapshot: RunSnapshot,
  request: Pick<
    ClaimRequest,
    'mode' | 'takeover' | 'definition' | 'keepFailed' | 'atRevision' | 'budget' | 'deadlineMs'
  >,
): ClaimDecision {
  const { run, lease } = snapshot;
  const resuming = request.mode === 'resume';
  // A run whose completed steps were undone is as good as completed: there is nothing to go on from.
  const isFinal = !resuming || run.status === 'completed' || run.endingAs !== null;
  if (isTerminal(run.status) && isFinal) return { kind: 'ended' };
  if (lease === 'held' && request.takeover !== true) return { kind: 'held' };
  if (!resuming && !isDue(snapshot)) return { kind: 'not_due' };
  if (request.atRevision !== undefined && request.atRevision !== run.revision) return { kind: 'changed' };
  const takenFrom = lease === 'free' ? null : run.leaseWorker;
  const claimed: Change = { type: 'run_claimed', takenFrom, first: run.startedAt === null };
  const hash = (resuming ? request.definition?.hash : null) ?? null;
  const definitionHash = hash === run.definitionHash ? null : hash;
  const { budget = null, deadlineMs = null } = resuming ? request : {};
  const isStopped = resuming && (isTerminal(run.status) || run.status === 'paused');
  const isChanged = definitionHash !== null || budget !== null || deadlineMs !== null;
  // What undoes a run goes on as it stands, by the definition it began with.
  if (!(isStopped || isChanged) || run.endingAs !== null) return { kind: 'claim', changes: [claimed] };
  const rearmed = isRestarted(run) ? rearm(snapshot, request.keepFailed ?? []) : [];
  const terms = { ...(budget === null ? null : { budget }), ...(deadlineMs === null ? null : { deadlineMs }) };
  const resumed: Change = { type: 'workflow_resumed', rearmed, definitionHash, ...terms };
  return { kind: 'claim', changes: [resumed, claimed] };
}

function isDue({ run, lease, now }: RunSnapshot): boolean {
  if (run.status === 'running') return lease !== 'free';
  // Whatever it waits for, and whoever paused it: what is left to do is to end it.
  if (run.deadlineAt !== null && run.deadlineAt <= now) return true;
  if (run.status === 'paused') return false;
  return run.wakeAt === null ? run.status === 'pending' : run.wakeAt <= now;
}

/** A run that was paused is in the middle of things, and goes on from there: what failed in it has its fallback under way. */
function isRestarted({ status, reason }: RunSnapshot['run']): boolean {
  return isTerminal(status) || (status === 'paused' && reason === 'adopted');
}
