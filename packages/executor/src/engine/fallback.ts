import type { Journal } from './journal.js';
import { isGroup, type Unit } from './unit.js';

/** The unit of a step's candidate, in the place of another: `fetch/fallback[0]`, `fetch[3]/fallback[1]`. */
export function fallbackUnit(of: Unit, index: number): Unit | null {
  const call = of.step.fallback[index];
  // A group of units has no attempts of its own: its units have their fallbacks. So has what undoes one: it is tried as it is.
  if (call === undefined || isGroup(of) || of.undoes !== null) return null;
  return { ...of, key: `${of.key}/fallback[${index}]`, call, standsFor: of };
}

/** The candidate to go on with in the place of a unit that failed; null when none is left. */
export function nextFallback(of: Unit, journal: Journal): Unit | null {
  for (let index = 0; ; index += 1) {
    const candidate = fallbackUnit(of, index);
    if (candidate === null || journal.get(candidate.key)?.status !== 'failed') return candidate;
  }
}

/** Candidates that were armed again with their unit and are not needed: it has its result. */
export function unneededFallbacks(of: Unit, journal: Journal): readonly Unit[] {
  const { fallback } = of.step;
  if (fallback.length === 0) return none;
  return fallback.flatMap((_, index) => {
    const candidate = fallbackUnit(of, index);
    return candidate !== null && journal.get(candidate.key)?.status === 'pending' ? [candidate] : [];
  });
}

/** Most steps have no candidates. */
const none: readonly Unit[] = Object.freeze([]);
