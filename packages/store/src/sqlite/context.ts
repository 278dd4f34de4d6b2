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

/** Reads a run as rules see it; null when there is none. `bare` leaves its steps and mail out, for a rule that looks at neither. */
export function readSnapshot(
  context: SqliteContext,
  runId: string,
  now: number,
  { bare = false }: { readonly bare?: boolean } = {},
): RunSnapshot | null {
  const run = context.statements.readHead.get({ runId });
  if (run === undefined) return null;
  const lease = readLeaseState(context, run, now);
  if (bare) return { run, openSteps: [], mail: [], now, lease };
  const { readOpenSteps, readMail } = context.statements;
  return { run, openSteps: readOpenSteps.all({ runId }), mail: readMail.all({ runId }), now, lease };
}
