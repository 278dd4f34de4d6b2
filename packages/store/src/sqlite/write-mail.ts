import { v7 as uuidv7 } from 'uuid';
import { spill } from '../codec/spill.js';
import type { NewMail } from '../store-types.js';
import type { SqliteContext } from './context.js';
import { writeBodies } from './write-changes.js';

/** Puts pieces into a run's mailbox inside the transaction at hand, in their order. */
export function writeMail(context: SqliteContext, runId: string, mail: readonly NewMail[], now: number): void {
  for (const { kind, name, payload } of mail) {
    const { inline, ref, bytes } = spill(payload);
    if (ref !== null && payload !== null) writeBodies(context, [{ sha256: ref, bytes, body: payload }]);
    const read = { consumedAt: null, consumedSeq: null };
    const row = { id: uuidv7(), runId, kind, name, payload: inline, payloadRef: ref, createdAt: now, ...read };
    context.statements.insertMail.run(row);
  }
}
