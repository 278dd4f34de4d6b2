import { tablesIn } from '@sisyphus-state/schema/postgres';
import { v7 as uuidv7 } from 'uuid';
import type { PayloadBody } from '../changes/spill-change.js';
import { encodeValue } from '../codec/encode-value.js';
import { spill } from '../codec/spill.js';
import { RunNotFoundError } from '../errors.js';
import type { Decision, NewMail, RunSnapshot } from '../store-types.js';
import { isMetered } from '../transitions/draw-on-pot.js';
import type { PgConnection } from './client.js';
import { type PostgresContext, readSnapshots } from './context.js';
import { distinctBodies } from './payload-bodies.js';
import { drawOnPots, potsOf } from './pots.js';
import { toColumns } from './sql-text.js';
import { callerPart, certainly, inTransaction, patiently, withConnection } from './transaction.js';
import { writeChanges } from './write-changes.js';

const { runMailbox } = tablesIn();

/** Commits what a rule decides on a run from outside its lease; nothing is written when it decides on nothing. */
export function transactRun<T>(
  context: PostgresContext,
  runId: string,
  decide: (snapshot: RunSnapshot) => Decision<T>,
): Promise<T> {
  return inTransaction(context, async (connection) => {
    const locked = await context.statements.lockRuns.all(connection, { runIds: [runId] });
    const snapshot = (await readSnapshots(context, connection, locked)).get(runId);
    if (snapshot === undefined) throw new RunNotFoundError(runId);
    const { changes, mail = [], value } = await callerPart(() => decide(snapshot));
    // Mail alone raises the revision too: that is how a holder learns of it.
    if (changes.length === 0 && mail.length === 0) return value;
    if (mail.length > 0) await writeMail(context, connection, runId, mail, snapshot.now);
    const { fence, usage } = snapshot.run;
    const pots = isMetered(changes) ? await potsOf(context, connection, runId) : [];
    await drawOnPots(context, connection, pots, { runId, usage, changes });
    await writeChanges(
      context,
      connection,
      { runId, guard: null, changes, fence, worker: null, tell: true },
      snapshot.now,
    );
    return value;
  });
}

async function writeMail(
  { statements }: PostgresContext,
  connection: PgConnection,
  runId: string,
  mail: readonly NewMail[],
  now: number,
): Promise<void> {
  const bodies: PayloadBody[] = [];
  const rows = mail.map(({ kind, name, payload }) => {
    const { inline, ref, bytes } = spill(payload);
    if (ref !== null && payload !== null) bodies.push({ sha256: ref, bytes, body: payload });
    const read = { consumedAt: null, consumedSeq: null };
    const row = { id: uuidv7(), runId, kind, name, payload: inline, payloadRef: ref, createdAt: now, ...read };
    return toColumns(runMailbox, row);
  });
  if (bodies.length > 0)
    await statements.keepBodies.all(connection, { bodies: JSON.stringify(distinctBodies(bodies)) });
  await statements.insertMail.all(connection, { rows: JSON.stringify(rows) });
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
