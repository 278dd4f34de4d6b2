import type { Place } from './flow.js';
import { type Found, ModelRun } from './model-run.js';
import { isSettled, type ModelStep } from './model-step.js';

/**
 * The fork of a run from a step; null when that has not begun.
 *
 * One of data carries what does not need that step; one of code what settled before it began: of the branches beside it
 * nobody can foretell that, so it is looked up.
 */
export function forkOf(
  source: ModelRun,
  { id, from, now, found }: { readonly id: string; readonly from: number; readonly now: number; readonly found: Found },
): ModelRun | null {
  if (source.stepAt(from).status === null) return null;
  const undone = source.places.filter(({ index }) => source.stepAt(index).isUndone);
  const left = [...source.places.filter(({ index }) => index === from), ...undone];
  const isCarried = source.flow.form === 'data' ? doesNotNeed(source, left) : mayHaveSettledBefore(left);
  const carried = new Map<number, ModelStep>();
  for (const place of source.places) {
    const step = source.stepAt(place.index);
    const isKept = isSettled(place, step) || step.status === 'in_doubt';
    const how = isKept ? isCarried(place) : 'never';
    if (how === 'always' || (how === 'perhaps' && found.stepAt(place.key) !== null)) carried.set(place.index, step);
  }
  return new ModelRun(id, source.flow, now, carried);
}

type Carried = (place: Place) => 'always' | 'never' | 'perhaps';

function doesNotNeed({ places }: ModelRun, left: readonly Place[]): Carried {
  const out = new Set(left.map(({ index }) => index));
  for (const { index, needs } of places) if (needs.some((need) => out.has(need))) out.add(index);
  return ({ index }) => (out.has(index) ? 'never' : 'always');
}

function mayHaveSettledBefore(left: readonly Place[]): Carried {
  const cut = Math.min(...left.map(({ stage }) => stage));
  const first = left.filter(({ stage }) => stage === cut);
  return ({ stage, branch, index }) => {
    if (stage !== cut) return stage < cut ? 'always' : 'never';
    const own = first.filter((place) => place.branch === branch);
    if (own.some((place) => place.index <= index)) return 'never';
    // All that began before it has settled before it, if they are of one branch.
    return own.length > 0 && first.length === own.length ? 'always' : 'perhaps';
  };
}
