import type { RunRow } from '@sisyphus-state/schema';
import type { Change } from '../changes/change.js';
import { readBudget } from '../changes/run-usage.js';
import { BudgetRefusedError } from '../errors.js';
import type { Lease } from '../store-types.js';
import { drawOnPot, type Pot, toPot, toPotRow } from '../transitions/draw-on-pot.js';
import type { SqliteContext } from './context.js';

/** One run's commit, as pots see it. */
export interface DrawingCommit {
  readonly runId: string;
  /** The run's own before the commit. */
  readonly usage: string | null;
  readonly changes: readonly Change[];
}

/** Puts what a commit uses into pots, inside the transaction at hand. Throws `BudgetRefusedError`. */
export function drawOnPots(
  context: Pick<SqliteContext, 'statements'>,
  pots: readonly string[],
  { runId, usage, changes }: DrawingCommit,
): void {
  for (const pot of readPots(context, pots)) {
    const draw = drawOnPot(pot, usage, changes);
    if ('shortage' in draw) throw new BudgetRefusedError(runId, draw.shortage);
    context.statements.updatePot.run({ ...toPotRow(pot.runId, draw.usage) });
  }
}

/** Reads pots; one whose run is gone is left out. */
export function readPots({ statements }: Pick<SqliteContext, 'statements'>, runIds: readonly string[]): readonly Pot[] {
  return runIds.flatMap((runId) => {
    const row = statements.readPot.get({ runId });
    if (row === undefined) return [];
    const { budget, ...pot } = row;
    return [toPot(pot, readBudget(budget))];
  });
}

/** The pots that a run draws on. */
export function potsOf({ statements }: Pick<SqliteContext, 'statements'>, runId: string): readonly string[] {
  return statements.potsOf.all({ runId }).map((pot) => pot.runId);
}

/** What a lease says of pots; nothing where there can be none. */
export function potsOfLease(
  context: Pick<SqliteContext, 'statements'>,
  run: Pick<RunRow, 'id' | 'budget' | 'parentRunId'>,
): Pick<Lease, 'pots'> {
  if (run.budget === null && run.parentRunId === null) return {};
  const pots = potsOf(context, run.id);
  return pots.length === 0 ? {} : { pots };
}
