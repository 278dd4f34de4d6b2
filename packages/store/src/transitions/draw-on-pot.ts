import { type Budget, noUsage, type PotRow, type RunUsage } from '@sisyphus-state/schema';
import type { Change } from '../changes/change.js';
import { readUsage, shiftUsage } from '../changes/run-usage.js';
import type { NewRun } from '../store-types.js';
import { type Shortage, shortageOf } from './shortage-of.js';

/** The budget of a run, and what that run and its descendants have taken of it. */
export interface Pot {
  readonly runId: string;
  readonly budget: Budget;
  /** Of all these runs together. */
  readonly usage: Omit<RunUsage, 'unsettled'>;
}

/** An attempt that a pot has no room for. */
export interface PotShortage extends Shortage {
  /** The run whose budget it is. */
  readonly potId: string;
  readonly stepKey: string;
  /** It would fit in, were it not for what is kept free for other attempts: there may be room when those have ended. */
  readonly isPassing: boolean;
}

/** What a commit does to a pot: what is in it afterwards, or why it may not be done. */
export type Draw = { readonly usage: Pot['usage'] } | { readonly shortage: PotShortage };

/**
 * Draws what a commit uses from a pot.
 *
 * Attempts that begin must find room, one after the other; what was used is charged whatever is left, and so is what undoes
 * a run. `before` is the run's own `usage` before the commit.
 */
export function drawOnPot(
  { runId: potId, budget, usage }: Pot,
  before: string | null,
  changes: readonly Change[],
): Draw {
  let [taken, last] = [usage, readUsage(before)];
  for (const change of changes) {
    const next = 'runUsage' in change ? change.runUsage : null;
    if (next == null) continue;
    if (change.type === 'step_started' && !change.stepKey.endsWith('/compensate')) {
      const needs = { reserve: change.reserved ?? noUsage.reserved, isNewStep: next.steps > last.steps };
      const shortage = shortageOf(budget, taken, needs);
      if (shortage !== null) {
        const isPassing = shortageOf(budget, { ...taken, reserved: noUsage.reserved }, needs) === null;
        return { shortage: { ...shortage, potId, stepKey: change.stepKey, isPassing } };
      }
    }
    taken = addDifference(taken, last, next);
    last = next;
  }
  return { usage: taken };
}

/** Tells whether a commit has anything to do with pots. */
export function isMetered(changes: readonly Change[]): boolean {
  return changes.some((change) => 'runUsage' in change && change.runUsage != null);
}

/** Refuses a child run that would begin attempts in the commit that creates it: those draw on its ancestors' pots under its lease. */
export function checkFirstChanges({ id, parent, changes = [] }: Pick<NewRun, 'id' | 'parent' | 'changes'>): void {
  if (parent && isMetered(changes))
    throw new TypeError(
      `Run ${id} has a parent: what it uses is drawn from its pots by the commits that follow its creation.`,
    );
}

/** What a new pot holds: what its run has used until then. */
export function newPot(runId: string, usage: string | null): PotRow {
  return toPotRow(runId, readUsage(usage));
}

/** A pot as it is kept. */
export function toPotRow(runId: string, { steps, attempts, duration, tokens, cost, reserved }: Pot['usage']): PotRow {
  return {
    ...{ runId, steps, attempts, duration, tokens, cost },
    ...{ reservedTokens: reserved.tokens, reservedCost: reserved.cost },
  };
}

/** Reads a pot from its row and its run's `budget`. */
export function toPot({ reservedTokens, reservedCost, runId, ...amounts }: PotRow, budget: Budget): Pot {
  return { runId, budget, usage: { ...amounts, reserved: { tokens: reservedTokens, cost: reservedCost } } };
}

function addDifference(taken: Pot['usage'], last: RunUsage, next: RunUsage): Pot['usage'] {
  const { unsettled: _, ...usage } = shiftUsage({ ...taken, unsettled: noUsage.unsettled }, last, next);
  return usage;
}
