import { encodeValue } from '../codec/encode-value.js';
import { spill } from '../codec/spill.js';
import { RunNotFoundError } from '../errors.js';
import type { Decision, RunSnapshot } from '../store-types.js';
import { isMetered } from '../transitions/draw-on-pot.js';
import { commitChanges } from './commit-changes.js';
import { readSnapshot, type SqliteContext } from './context.js';
import { potsOf } from './pots.js';
import { writeBodies } from './write-changes.js';
import { writeMail } from './write-mail.js';

/** Commits what a rule decides inside the transaction at hand; nothing is written when it decides on nothing. */
export function transactRun<T>(
  context: SqliteContext,
  runId: string,
  decide: (snapshot: RunSnapshot) => Decision<T>,
): T {
  const now = context.clock();
  const snapshot = readSnapshot(context, runId, now);
  if (snapshot === null) throw new RunNotFoundError(runId);
  const { changes, mail = [], value } = decide(snapshot);
  writeMail(context, runId, mail, now);
  // Mail alone raises the revision too: that is how a holder learns of it.
  if (changes.length > 0 || mail.length > 0) {
    const pots = isMetered(changes) ? potsOf(context, runId) : [];
    const { run } = snapshot;
    commitChanges(context, { runId, head: run, changes, at: now, fence: run.fence, worker: null, pots });
  }
  return value;
}

/** Appends the user's own event; the fold passes over it. */
export function appendUserEvent(context: SqliteContext, runId: string, type: string, payload: unknown): number {
  const run = context.statements.readFence.get({ runId });
  if (run === undefined) throw new RunNotFoundError(runId);
  const text = encodeValue(payload, { what: `payload of event ${JSON.stringify(type)}` }) ?? 'null';
  const { inline, ref, bytes } = spill(text);
  if (ref !== null) writeBodies(context, [{ sha256: ref, bytes, body: text }]);
  const [at, seq] = [context.clock(), run.lastSeq + 1];
  const none = { stepKey: null, attempt: null, fence: null, worker: null };
  context.statements.insertEvent.run({
    runId,
    seq,
    type,
    source: 'user',
    ...none,
    at,
    payload: inline ?? '{}',
    payloadRef: ref,
  });
  context.statements.updateRun({}, { runId, revision: run.revision + 1, lastSeq: seq, updatedAt: at });
  return seq;
}
