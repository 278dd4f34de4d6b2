import type { SisyphusTables } from '@sisyphus-state/schema/postgres';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import { type HolderKnowledge, readLeaseState } from '../read-lease-state.js';
import type { RunSnapshot } from '../store-types.js';
import type { PgConnection, PgPool } from './client.js';
import type { LockedRun } from './read-statements.js';
import type { Statements } from './statements.js';
import type { StoreClock } from './store-clock.js';

/** Any Drizzle PostgreSQL database or transaction over `drizzle-orm/node-postgres`. */
export type PostgresDatabase = PgDatabase<PgQueryResultHKT, Record<string, unknown>>;

/** What every verb of the PostgreSQL store works with. */
export interface PostgresContext extends HolderKnowledge {
  readonly db: PostgresDatabase;
  readonly pool: PgPool;
  readonly tables: SisyphusTables;
  readonly statements: Statements;
  readonly clock: StoreClock;
  readonly location: string;
  /** How long to ask for a connection, or for what another transaction holds, before the caller hears of it. */
  readonly busyMs: number;
}

/**
 * Reads runs as rules see them; their rows must be locked in this transaction, or other commits could lie in between.
 *
 * `withSteps: false` leaves the open steps out, `withMail: false` the mail, for a rule that does not look at them.
 */
export async function readSnapshots(
  context: PostgresContext,
  connection: Pick<PgConnection, 'query'>,
  locked: readonly LockedRun[],
  { withSteps = true, withMail = true }: { readonly withSteps?: boolean; readonly withMail?: boolean } = {},
): Promise<ReadonlyMap<string, RunSnapshot>> {
  if (locked.length === 0) return new Map();
  const { statements, clock } = context;
  const runIds = locked.map((run) => run.id);
  const openSteps = groupByRun(withSteps ? await statements.readOpenSteps.all(connection, { runIds }) : []);
  const mail = groupByRun(withMail ? await statements.readMail.all(connection, { runIds }) : []);
  const now = clock.settle(Math.max(...locked.map((run) => run.now)));
  return new Map(
    locked.map(({ now: _, ...run }) => [
      run.id,
      {
        run,
        openSteps: openSteps.get(run.id) ?? [],
        mail: mail.get(run.id) ?? [],
        now,
        lease: readLeaseState(context, run, now),
      },
    ]),
  );
}

/** Sorts rows by their run, keeping their order. */
export function groupByRun<Row extends { readonly runId: string }>(rows: readonly Row[]): ReadonlyMap<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.runId);
    if (group === undefined) groups.set(row.runId, [row]);
    else group.push(row);
  }
  return groups;
}
