import { compensationUnit } from '../engine/compensations.js';
import type { Journal } from '../engine/journal.js';
import type { Unit } from '../engine/unit.js';

/** What is left to undo of the steps that code asked for, the newest first: completed ones whose compensation is not over. */
export function codeToUndo(units: readonly Unit[], journal: Journal): readonly Unit[] {
  return (
    units
      // What a fork has of its source it did not do.
      .filter((unit) => journal.get(unit.key)?.status === 'completed' && completedAs(unit, journal) > 0)
      .sort((one, other) => completedAs(other, journal) - completedAs(one, journal))
      .flatMap((unit) => compensationUnit(unit) ?? [])
      .filter(({ key }) => {
        const status = journal.get(key)?.status;
        return status !== 'completed' && status !== 'failed';
      })
  );
}

function completedAs({ key }: Unit, journal: Journal): number {
  return journal.get(key)?.completedAs ?? 0;
}
