import type { Change } from '../changes/change.js';
import { isTerminalChange } from '../changes/child-end.js';
import type { Recorded } from '../store-types.js';
import { decideErrand, errandsOf } from '../transitions/errands.js';
import { readSnapshot, type SqliteContext } from './context.js';
import { type CommitRequest, writeChanges } from './write-changes.js';
import { writeMail } from './write-mail.js';

/** Writes changes of one run inside the transaction at hand, with all that they mean for its parent and its children. */
export function commitChanges(context: SqliteContext, request: CommitRequest): Recorded {
  const recorded = writeChanges(context, request);
  if (request.changes.some(concernsOthers)) runErrands(context, request);
  return recorded;
}

/** Most commits concern nobody else: only these are worth a look at the run's parent. */
function concernsOthers(change: Change): boolean {
  return change.type === 'child_cancel_requested' || isTerminalChange(change);
}

function runErrands(context: SqliteContext, { runId, changes, head, at }: CommitRequest): void {
  const { parentRunId = null, parentStepKey = null } = context.statements.readParent.get({ runId }) ?? {};
  for (const errand of errandsOf({ id: runId, parentRunId, parentStepKey }, changes, head.lastSeq + 1)) {
    const snapshot = readSnapshot(context, errand.runId, at, {
      withSteps: false,
      withMail: errand.kind === 'cancel',
    });
    // Deleted: parents and children are pruned independently.
    if (snapshot === null) continue;
    const { changes: others, mail = [] } = decideErrand(snapshot, errand);
    if (others.length === 0 && mail.length === 0) continue;
    writeMail(context, errand.runId, mail, at);
    const { run } = snapshot;
    writeChanges(context, { runId: run.id, head: run, changes: others, at, fence: run.fence, worker: null });
  }
}
