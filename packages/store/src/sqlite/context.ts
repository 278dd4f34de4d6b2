import type { ProcessIdentity, RunRow } from '@sisyphus-state/schema';
import type { RunSnapshot } from '../store-types.js';
import { leaseState } from '../transitions/lease-state.js';
import type { SqliteClient } from './client.js';
import type { Statements, SyncDatabase } from './statements.js';

/** What every verb of the SQLite store works with. */
export interface SqliteContext {
  readonly db: SyncDatabase;
  readonly client: SqliteClient;
  readonly statements: Statements;
  readonly clock: () => number;
  readonly identity: ProcessIdentity;
  readonly isDead: (holder: ProcessIdentity, observer: ProcessIdentity) => boolean;
}

/** Says how a run is held at `now`, by its lease and by what the system knows of the holder's process. */
export function readLeaseState(context: SqliteContext, run: RunRow, now: number): RunSnapshot['lease'] {
  return leaseState(
    run,
    now,
    run.leaseHolder !== null && context.isDead(parseIdentity(run.leaseHolder), context.identity),
  );
}

/** Reads a run as rules see it; null when there is none. */
export function readSnapshot(context: SqliteContext, runId: string, now: number): RunSnapshot | null {
  const run = context.statements.readHead.get({ runId });
  if (run === undefined) return null;
  return {
    run,
    openSteps: context.statements.readOpenSteps.all({ runId }),
    mail: context.statements.readMail.all({ runId }),
    now,
    lease: readLeaseState(context, run, now),
  };
}

function parseIdentity(text: string): ProcessIdentity {
  // Only a claim writes the column, from a ProcessIdentity.
  return JSON.parse(text) as ProcessIdentity;
}
