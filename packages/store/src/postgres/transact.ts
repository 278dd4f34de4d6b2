import { encodeValue } from '../codec/encode-value.js';
import { spill } from '../codec/spill.js';
import { RunNotFoundError } from '../errors.js';
import type { Decision, RunSnapshot } from '../store-types.js';
import { isMetered } from '../transitions/draw-on-pot.js';
import { commitFamily, lockById, withLocks } from './commit-family.js';
import { type PostgresContext, readSnapshots } from './context.js';
import { drawOnPots, potsOf } from './pots.js';
import { callerPart, certainly, inTransaction, patiently, withConnection } from './transaction.js';
import { writeMail } from './write-mail.js';

/** Commits what a rule decides on a run from outside its lease; nothing is written when it decides on nothing. */
export function transactRun<T>(
  context: PostgresContext,
  runId: string,
  decide: (snapshot: RunSnapshot) => Decision<T>,
): Promise<T> {
  return withLocks(runId, (runIds) =>
    inTransaction(context, async (connection) => {
      const locks = await lockById(context, connection, runIds);
      const run = locks.rows.get(runId);
      const snapshot = run && (await readSnapshots(context, connection, [run])).get(runId);
      if (snapshot === undefined) throw new RunNotFoundError(runId);
      const { changes, mail = [], value } = await callerPart(() => decide(snapshot));
      // Mail alone raises the revision too: that is how a holder learns of it.
      if (changes.length === 0 && mail.length === 0) return value;
      const at = snapshot.now;
      const { fence, usage } = snapshot.run;
      const request = { runId, guard: null, changes, fence, worker: null, tell: true };
      await commitFamily(context, connection, { request, locks, at });
      // Runs are locked before pots.
      const pots = isMetered(changes) ? await potsOf(context, connection, runId) : [];
      await drawOnPots(context, connection, pots, { runId, usage, changes });
      await writeMail(
        context,
        connection,
        mail.map((piece) => ({ ...piece, runId })),
        at,
      );
      return value;
    }),
  );
}

/** Appends the user's own event, in one round trip; the fold passes over it. */
export async function appendUserEvent(
  context: PostgresContext,
  runId: string,
  type: string,
  payload: unknown,
): Promise<number> {
  const text = encodeValue(payload, { what: `payload of event ${JSON.stringify(type)}` }) ?? 'null';
  const { inline, ref, bytes } = spill(text);
  const { statements, clock } = context;
  const values = {
    runId,
    type,
    at: clock.toleranceMs === null ? clock.now() : null,
    payload: inline ?? '{}',
    payloadRef: ref,
    bodies: JSON.stringify(ref === null ? [] : [{ sha256: ref, bytes, body: text }]),
  };
  const [row] = await patiently(context, () =>
    withConnection(context, (connection) => certainly(context, statements.appendEvent.all(connection, values))),
  );
  if (row === undefined) throw new RunNotFoundError(runId);
  return row.seq;
}
