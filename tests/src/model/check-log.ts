import type { EventRow } from '@sisyphus-state/schema';
import { goesOnFrom, type Place } from './flow.js';
import type { ModelRun } from './model-run.js';

type Event = Pick<EventRow, 'type' | 'stepKey' | 'seq' | 'fence'>;

const begins = new Set(['step_started', 'step_waiting']);
const ends = new Set(['workflow_completed', 'workflow_failed', 'workflow_cancelled']);

/**
 * What is promised of every log and does not hold of this one: no step begins before what it needs is over, or again when it
 * is over, or after another has failed for good; a run ends once between two resumptions.
 */
export function logViolations(run: ModelRun, events: readonly Event[]): readonly string[] {
  const found: string[] = [];
  const places = new Map(run.places.map((place) => [place.key, place]));
  // By the fence under which it was over.
  const over = new Map(run.carriedOver.map((index): [number, number] => [index, 0]));
  let failed: Place | null = null;
  let hasEnded = false;
  for (const event of events) {
    const { type, stepKey, fence } = event;
    const isEnd = ends.has(type);
    if (type === 'workflow_resumed') [failed, hasEnded] = [null, false];
    const place = places.get(stepKey ?? '');
    const isBegun = place !== undefined && begins.has(type);
    const told = (what: string) => found.push(`${event.seq}: ${type} ${stepKey ?? ''} ${what}`);
    if ((isEnd || isBegun) && hasEnded) told('after the end of the run');
    hasEnded ||= isEnd;
    if (place === undefined) continue;
    if (isBegun) {
      if (over.has(place.index)) told('though it is over');
      if (place.needs.some((need) => !over.has(need))) told('before what it needs is over');
      if (failed !== null && !mayBePutDown(place, run, (need) => (over.get(need) ?? 0) < (fence ?? 0)))
        told(`after the failure of ${failed.key}`);
    }
    if (type === 'step_completed' || (type === 'step_failed' && goesOnFrom(place))) over.set(place.index, fence ?? 0);
    else if (type === 'step_failed') failed = place;
  }
  return found;
}

/**
 * Code that is replayed asks for all that is open at once: what it asks for beside a wait that is found to have failed is put
 * down with that, and never entered.
 */
function mayBePutDown({ needs }: Place, { flow }: ModelRun, wasOverBefore: (need: number) => boolean): boolean {
  return flow.form === 'code' && needs.every(wasOverBefore);
}
