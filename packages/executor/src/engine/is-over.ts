import { nextFallback } from './fallback.js';
import type { Journal } from './journal.js';
import type { Unit } from './unit.js';

/** Tells whether nothing is left to do for a unit: it has its result, or failed where the run goes on without one. */
export function isOver(unit: Unit, journal: Journal): boolean {
  const status = journal.get(unit.key)?.status;
  if (status === 'completed') return true;
  return status === 'failed' && unit.step.continuesOnError && nextFallback(unit, journal) === null;
}
