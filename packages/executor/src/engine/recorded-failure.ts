import type { Plan, PlanStep } from '../definition/plan.js';
import type { Failure } from './batch.js';
import { nextFallback } from './fallback.js';
import type { Journal } from './journal.js';
import { isGroup, stepUnit } from './unit.js';

/**
 * What a run fails with by its record; null: nothing that it does not go on from.
 *
 * An earlier holder put a step's last failure down and died before the run's end, while siblings were still being aborted.
 * Nobody armed the step again since, so that failure stands, and nothing begins after it.
 */
export function recordedFailure({ steps }: Pick<Plan, 'steps'>, journal: Journal): Failure | null {
  for (const step of steps) {
    const failure = failureOf(step, journal);
    if (failure !== null) return failure;
  }
  return null;
}

function failureOf(step: PlanStep, journal: Journal): Failure | null {
  const entry = journal.get(step.id);
  if (entry?.status !== 'failed' || entry.error === null || step.continuesOnError) return null;
  const unit = stepUnit(step);
  if (nextFallback(unit, journal) !== null) return null;
  const own = { stepKey: step.id, error: entry.error };
  return isGroup(unit) ? (failureOfPart(step, journal) ?? own) : own;
}

/** Of `classify` that of `classify[3]`, of `poll` that of `poll#2`. */
function failureOfPart({ id }: PlanStep, journal: Journal): Failure | null {
  for (const [stepKey, { status, error }] of journal.entries()) {
    const isPart = (stepKey.startsWith(`${id}[`) || stepKey.startsWith(`${id}#`)) && !stepKey.includes('/');
    if (isPart && status === 'failed' && error !== null) return { stepKey, error };
  }
  return null;
}
