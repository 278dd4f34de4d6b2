import { type HolderKnowledge, readLeaseState } from '../read-lease-state.js';
import type { RunSnapshot } from '../store-types.js';
import type { SqliteClient } from './client.js';
import type { Statements, SyncDatabase } from './statements.js';

/** What every verb of the SQLite store works with. */
export interface SqliteContext extends HolderKnowledge {
  readonly db: SyncDatabase;
  readonly client: SqliteClient;
  readonly statements: Statements;
  readonly clock: () => number;
}

/**
 * Reads a run as rules see it; null when there is none.
 *
 * `withSteps: false` leaves the open steps out, `withMail: false` the mail, for a rule that does not look at them.
 */
export function readSnapshot(
  context: SqliteContext,
  runId: string,
  now: number,
  { withSteps = true, withMail = true }: { readonly withSteps?: boolean; readonly withMail?: boolean } = {},
): RunSnapshot | null {
  const run = context.statements.readHead.get({ runId });
  if (run === undefined) return null;
  return {
    run,
    openSteps: withSteps ? context.statements.readOpenSteps.all({ runId }) : [],
    mail: withMail ? context.statements.readMail.all({ runId }) : [],
    now,
    lease: readLeaseState(context, run, now),
  };
}
