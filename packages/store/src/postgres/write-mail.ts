import { tablesIn } from '@sisyphus-state/schema/postgres';
import { v7 as uuidv7 } from 'uuid';
import type { PayloadBody } from '../changes/spill-change.js';
import { spill } from '../codec/spill.js';
import type { NewMail } from '../store-types.js';
import type { PgConnection } from './client.js';
import type { PostgresContext } from './context.js';
import { distinctBodies } from './payload-bodies.js';
import { toColumns } from './sql-text.js';

/** A piece of mail and the run whose mailbox it goes to. */
export interface AddressedMail extends NewMail {
  readonly runId: string;
}

const { runMailbox } = tablesIn();

/** Puts pieces into the mailboxes of runs that this transaction has locked, in their order. */
export async function writeMail(
  { statements }: Pick<PostgresContext, 'statements'>,
  connection: PgConnection,
  mail: readonly AddressedMail[],
  now: number,
): Promise<void> {
  if (mail.length === 0) return;
  const bodies: PayloadBody[] = [];
  const rows = mail.map(({ runId, kind, name, payload }) => {
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
