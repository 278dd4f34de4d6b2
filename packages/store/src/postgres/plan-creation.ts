import type { RunToCreate } from '../changes/first-changes.js';
import { checkSameRequest, type KnownRun, toKnown } from '../transitions/check-same-request.js';

/** Which of the runs are to be created, and the id of the run that each of them will have. */
export interface CreationPlan {
  readonly fresh: readonly RunToCreate[];
  readonly runIds: readonly string[];
}

/** The text that stands for a run's idempotency key in its namespace; null when it has none. */
export function keyOf({ namespace = 'default', idempotencyKey }: RunToCreate): string | null {
  return typeof idempotencyKey === 'string' ? JSON.stringify([namespace, idempotencyKey]) : null;
}

/**
 * Sorts runs into those to create and those whose key is known, from before or from earlier in the same list.
 *
 * Throws `IdempotencyConflictError` where a key is known for another request.
 */
export function planCreation(runs: readonly RunToCreate[], known: ReadonlyMap<string, KnownRun>): CreationPlan {
  const byKey = new Map(known);
  const fresh: RunToCreate[] = [];
  const runIds = runs.map((run) => {
    const key = keyOf(run);
    const owner = key === null ? undefined : byKey.get(key);
    if (owner !== undefined) {
      checkSameRequest(run, owner);
      return owner.id;
    }
    if (key !== null) byKey.set(key, toKnown(run));
    fresh.push(run);
    return run.id;
  });
  return { fresh, runIds };
}
