import type { Journal } from './journal.js';
import type { Unit } from './unit.js';

/** Tells whether nothing is left to do for a unit: it has its result, or failed where the run goes on without one. */
export function isOver({ key, step }: Unit, journal: Journal): boolean {
  const status = journal.get(key)?.status;
  return status === 'completed' || (status === 'failed' && step.continuesOnError);
}
