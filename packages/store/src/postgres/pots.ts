import type { RunRow } from '@sisyphus-state/schema';
import { tablesIn } from '@sisyphus-state/schema/postgres';
import type { Change } from '../changes/change.js';
import { readBudget } from '../changes/run-usage.js';
import { BudgetRefusedError } from '../errors.js';
import type { Lease } from '../store-types.js';
import { drawOnPot, isMetered, newPot, type Pot, toPot, toPotRow } from '../transitions/draw-on-pot.js';
import type { PgConnection } from './client.js';
import type { PostgresContext } from './context.js';
import type { PotWithBudget } from './pot-statements.js';
import { toColumns } from './sql-text.js';

/** One run's commit, as pots see it. */
export interface DrawingCommit {
  readonly runId: string;
  /** The run's own before the commit. */
  readonly usage: string | null;
  readonly changes: readonly Change[];
}

type Statements = Pick<PostgresContext, 'statements'>;
type Connection = Pick<PgConnection, 'query'>;

/**
 * Puts what a commit uses into pots, inside a transaction that holds the run's row; pots are locked after that, in the order of
 * their ids. Throws `BudgetRefusedError`.
 */
export async function drawOnPots(
  { statements }: Statements,
  connection: Connection,
  runIds: readonly string[],
  { runId, usage, changes }: DrawingCommit,
): Promise<void> {
  if (runIds.length === 0 || !isMetered(changes)) return;
  for (const row of await statements.lockPots.all(connection, { runIds })) {
    const draw = drawOnPot(potOf(row), usage, changes);
    if ('shortage' in draw) throw new BudgetRefusedError(runId, draw.shortage);
    await statements.updatePot.all(connection, toPotRow(row.runId, draw.usage));
  }
}

/** Reads pots; one whose run is gone is left out. */
export async function readPots(
  { statements }: Statements,
  connection: Connection,
  runIds: readonly string[],
): Promise<readonly Pot[]> {
  return (await statements.readPots.all(connection, { runIds })).map(potOf);
}

/** The pots that a run draws on. */
export async function potsOf(
  { statements }: Statements,
  connection: Connection,
  runId: string,
): Promise<readonly string[]> {
  return (await statements.potsOf.all(connection, { runIds: [runId] })).map(({ potId }) => potId);
}

type PotOwner = Pick<RunRow, 'id' | 'budget' | 'parentRunId' | 'usage'>;

/** Makes the pots of runs that have a budget and none yet, and says for each run what its lease says of pots. */
export async function potsOfLeases(
  { statements }: Statements,
  connection: Connection,
  runs: readonly PotOwner[],
): Promise<ReadonlyMap<string, Pick<Lease, 'pots'>>> {
  const drawing = runs.filter(({ budget, parentRunId }) => budget !== null || parentRunId !== null);
  if (drawing.length === 0) return new Map();
  const owners = drawing.filter(({ budget }) => budget !== null);
  if (owners.length > 0) await statements.insertPots.all(connection, { rows: encodePots(owners) });
  const pots = new Map<string, string[]>();
  for (const { runId, potId } of await statements.potsOf.all(connection, { runIds: drawing.map(({ id }) => id) }))
    pots.set(runId, [...(pots.get(runId) ?? []), potId]);
  return new Map([...pots].map(([runId, ids]) => [runId, { pots: ids }]));
}

/** The pots of new runs, as a statement takes them. */
export function encodePots(owners: readonly Pick<PotOwner, 'id' | 'usage'>[]): string {
  return JSON.stringify(owners.map(({ id, usage }) => toColumns(budgetPots, newPot(id, usage))));
}

const { budgetPots } = tablesIn();

function potOf({ budget, ...pot }: PotWithBudget): Pot {
  return toPot(pot, readBudget(budget));
}
