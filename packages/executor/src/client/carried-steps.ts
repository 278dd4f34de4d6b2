import type { StepRow } from '@sisyphus-state/schema';
import { type CarriedSteps, type ForkSource, isCompensation, isDoubtful } from '@sisyphus-state/store';
import { withDependents } from '../definition/dependents-of.js';
import type { Plan } from '../definition/plan.js';
import { isOver } from '../engine/is-over.js';
import { Journal } from '../engine/journal.js';
import { stepUnit } from '../engine/unit.js';

/**
 * What a fork carries of a run that follows a plan: all that does not need the step it forks from.
 *
 * A step that was undone is as good as not done, and so is all that needs it: the fork does it again. Of a step that is not
 * over yet only the completed parts are carried, so that it goes on with fresh attempts; but an attempt of it that must
 * not run twice is in doubt for the fork as well.
 */
export function carriedSteps(plan: Plan, { steps }: Pick<ForkSource, 'steps'>, from: string): CarriedSteps {
  const undone = steps.filter(isCompensation).map(({ stepId }) => stepId);
  const left = withDependents(plan, [from, ...undone]);
  const journal = new Journal(steps);
  const rows = steps.filter((row) => !left.has(row.stepId) && !isCompensation(row));
  const over = new Set(plan.steps.filter((step) => isSettled(step.id, plan, journal)).map(({ id }) => id));
  const carried = rows.filter(({ stepId, status, settledSeq }) =>
    over.has(stepId) ? settledSeq !== null : plan.byId.has(stepId) && status === 'completed',
  );
  return { settled: carried.map(keyOf), inDoubt: rows.filter(isDoubtful).map(keyOf) };
}

function isSettled(id: string, plan: Plan, journal: Journal): boolean {
  const step = plan.byId.get(id);
  return step !== undefined && (journal.get(id)?.status === 'skipped' || isOver(stepUnit(step), journal));
}

function keyOf({ stepKey }: StepRow): string {
  return stepKey;
}
