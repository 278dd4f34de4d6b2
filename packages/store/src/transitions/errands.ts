import type { RunRow } from '@sisyphus-state/schema';
import type { Change } from '../changes/change.js';
import { encodeChildEnd, isTerminalChange } from '../changes/child-end.js';
import type { Decision, NewMail, RunSnapshot } from '../store-types.js';
import { decideCancel } from './decide-cancel.js';

/** What a commit on one run has to tell another, in the same transaction. */
export type Errand =
  /** To the parent: the run that one of its steps waits for has ended. */
  | { readonly kind: 'ended'; readonly runId: string; readonly mail: NewMail }
  /** To a child: nobody waits for it any more. */
  | { readonly kind: 'cancel'; readonly runId: string; readonly reason: string | null };

/**
 * Says what the changes of a commit mean for other runs. `firstSeq` is the `seq` of the first of them.
 *
 * An end is told by whoever writes it, its holder or an outsider: so no end of a child is ever missed.
 */
export function errandsOf(
  { id, parentRunId, parentStepKey }: Pick<RunRow, 'id' | 'parentRunId' | 'parentStepKey'>,
  changes: readonly Change[],
  firstSeq: number,
): readonly Errand[] {
  const errands: Errand[] = [];
  for (const [index, change] of changes.entries()) {
    if (change.type === 'child_cancel_requested')
      errands.push({ kind: 'cancel', runId: change.childRunId, reason: change.reason });
    if (parentRunId === null || !isTerminalChange(change)) continue;
    const payload = encodeChildEnd(id, firstSeq + index, change);
    errands.push({ kind: 'ended', runId: parentRunId, mail: { kind: 'child', name: parentStepKey, payload } });
  }
  return errands;
}

/** The children that changes ask to cancel. */
export function askedToCancel(changes: readonly Change[]): readonly string[] {
  return changes.flatMap((change) => (change.type === 'child_cancel_requested' ? [change.childRunId] : []));
}

/**
 * Decides what an errand does to the run it goes to: mail, and a wake-up where nobody holds it.
 *
 * A parent that has ended gets its mail all the same: resumed, it goes by it. A child that never began ends at once; any
 * other is ended by whoever takes it, for it may have children and steps to undo itself. Of a parent neither steps nor
 * mail are looked at: it may have thousands of children, and each of them ends.
 */
export function decideErrand(snapshot: RunSnapshot, errand: Errand): Decision<void> {
  if (errand.kind === 'cancel') {
    const { changes, mail } = decideCancel(snapshot, errand.reason, { undoes: true });
    return { changes, mail, value: undefined };
  }
  const { run, lease, now } = snapshot;
  const isDue = run.wakeAt !== null && run.wakeAt <= now;
  const isParked = run.status === 'waiting' && lease === 'free' && !isDue;
  return { changes: isParked ? [{ type: 'workflow_woken' }] : [], mail: [errand.mail], value: undefined };
}
