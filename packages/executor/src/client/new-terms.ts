import { isTerminal, type RunRow } from '@sisyphus-state/schema';
import { type ClaimRequest, readBudget, type WorkflowStore } from '@sisyphus-state/store';
import { budgetOf } from '../definition/budget-of.js';
import { DeadlineExceededError } from '../errors.js';
import type { ResumeOptions } from '../executor-options.js';
import { deadlineMsOf } from './new-run.js';

/**
 * What a run gets with its resume: another budget, another deadline.
 *
 * One that has ended and whose deadline is over needs another to go on: without it nothing is written, and
 * `DeadlineExceededError` thrown. One that has not ended is taken, to be ended.
 */
export async function newTerms(
  store: Pick<WorkflowStore, 'now'>,
  run: Pick<RunRow, 'id' | 'status' | 'budget' | 'deadlineAt'>,
  { budget, deadline }: Pick<ResumeOptions, 'budget' | 'deadline'>,
): Promise<Pick<ClaimRequest, 'budget' | 'deadlineMs'>> {
  const given = budgetOf(budget);
  const { id, status, deadlineAt } = run;
  const deadlineMs = deadline === undefined ? null : deadlineMsOf(deadline);
  if (deadlineMs === null && deadlineAt !== null && isTerminal(status) && deadlineAt <= (await store.now()))
    throw new DeadlineExceededError(id, deadlineAt);
  return { budget: given === null ? null : { ...readBudget(run.budget), ...given }, deadlineMs };
}
