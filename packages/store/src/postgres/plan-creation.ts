import { isDeepStrictEqual } from 'node:util';
import type { RunRow } from '@sisyphus-state/schema';
import { decodeValue } from '../codec/decode-value.js';
import { IdempotencyConflictError } from '../errors.js';
import type { NewRun } from '../store-types.js';

/** What makes two requests with one idempotency key the same. */
export type KnownRun = Pick<RunRow, 'id' | 'name' | 'version' | 'definitionHash' | 'input'>;

/** Which of the runs are to be created, and the id of the run that each of them will have. */
export interface CreationPlan {
  readonly fresh: readonly NewRun[];
  readonly runIds: readonly string[];
}

/** The text that stands for a run's idempotency key in its namespace; null when it has none. */
export function keyOf({ namespace = 'default', idempotencyKey }: NewRun): string | null {
  return typeof idempotencyKey === 'string' ? JSON.stringify([namespace, idempotencyKey]) : null;
}

/**
 * Sorts runs into those to create and those whose key is known, from before or from earlier in the same list.
 *
 * Throws `IdempotencyConflictError` where a key is known for another request.
 */
export function planCreation(runs: readonly NewRun[], known: ReadonlyMap<string, KnownRun>): CreationPlan {
  const byKey = new Map(known);
  const fresh: NewRun[] = [];
  const runIds = runs.map((run) => {
    const key = keyOf(run);
    const owner = key === null ? undefined : byKey.get(key);
    if (owner !== undefined) return checkSame(run, owner);
    if (key !== null) byKey.set(key, toKnown(run));
    fresh.push(run);
    return run.id;
  });
  return { fresh, runIds };
}

function toKnown({ id, name, version = null, definition, input }: NewRun): KnownRun {
  return { id, name, version, definitionHash: definition?.hash ?? null, input };
}

function checkSame(run: NewRun, owner: KnownRun): string {
  const asked = toKnown(run);
  const differs = [
    owner.name === asked.name && owner.version === asked.version ? null : 'workflow',
    owner.definitionHash === asked.definitionHash ? null : 'definition',
    isDeepStrictEqual(decodeValue(owner.input), decodeValue(asked.input)) ? null : 'input',
  ].filter((part) => part !== null);
  if (differs.length > 0) throw new IdempotencyConflictError(run.idempotencyKey ?? '', owner.id, differs);
  return owner.id;
}
