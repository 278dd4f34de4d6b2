import type { EventRow } from '@sisyphus-state/schema';
import { goesOnFrom, type Place } from './flow.js';
import type { ModelRun } from './model-run.js';

const begins = new Set(['step_started', 'step_waiting']);
const ends = new Set(['workflow_completed', 'workflow_failed', 'workflow_cancelled']);

/**
 * What is promised of every log and does not hold of this one: no step begins before what it needs is over, or again when it
 * is over, or after another has failed for good; a run ends once between two resumptions.
 */
export function logViolations(run: ModelRun, events: readonly Pick<EventRow, 'type' | 'stepKey' | 'seq'>[]): string[] {
  const found: string[] = [];
  const places = new Map(run.places.map((place) => [place.key, place]));
  const over = new Set(run.carriedOver);
  let failed: string | null = null;
  let hasEnded = false;
  for (const { type, stepKey, seq } of events) {
    const place = stepKey === null ? undefined : places.get(stepKey);
    const told = (what: string) => found.push(`${seq}: ${type} ${stepKey ?? ''} ${what}`);
    if (type === 'workflow_resumed') [failed, hasEnded] = [null, false];
    if (ends.has(type)) {
      if (hasEnded) told('after the end of the run');
      hasEnded = true;
    }
    if (place === undefined) continue;
    if (begins.has(type)) {
      if (hasEnded) told('after the end of the run');
      if (over.has(place.index)) told('though it is over');
      if (place.needs.some((need) => !over.has(need))) told('before what it needs is over');
      // Code asks for siblings together: one may be put down beside the other's failure, and is never entered.
      if (failed !== null && !isBeside(place, places.get(failed), run)) told(`after the failure of ${failed}`);
    }
    if (type === 'step_completed' || (type === 'step_failed' && goesOnFrom(place))) over.add(place.index);
    else if (type === 'step_failed') failed = place.key;
  }
  return found;
}

function isBeside(place: Place, other: Place | undefined, { flow }: ModelRun): boolean {
  return flow.form === 'code' && place.stage === other?.stage && place.branch !== other.branch;
}
