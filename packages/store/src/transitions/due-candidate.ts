import type { DueRun } from '../store-types.js';

/** A due run, as a worker chooses among them. */
export interface DueCandidate {
  readonly id: string;
  readonly name: string;
  readonly version: number | null;
  readonly definitionHash: string | null;
  readonly queue: string;
  readonly concurrencyKey: string | null;
  readonly priority: number;
  /** When it became due: the end of its timer, else its creation. */
  readonly dueSince: number;
}

/**
 * Orders due runs: the highest priority first, of one priority the one that is due for longest.
 *
 * Not by age alone: runs that sleep and wake again and again would always come before new ones.
 */
export function compareDue(one: DueCandidate, other: DueCandidate): number {
  if (one.priority !== other.priority) return other.priority - one.priority;
  if (one.dueSince !== other.dueSince) return one.dueSince - other.dueSince;
  if (one.id === other.id) return 0;
  return one.id < other.id ? -1 : 1;
}

/** Merges due runs from several places: the first `limit` of them, in order. */
export function firstDue(candidates: readonly DueCandidate[], limit: number): readonly DueCandidate[] {
  return [...candidates].sort(compareDue).slice(0, limit);
}

/** What a worker is told of a due run. */
export function toDueRun(run: Pick<DueCandidate, 'id' | 'name' | 'version' | 'definitionHash'>): DueRun {
  const { id: runId, name, version, definitionHash } = run;
  return { runId, name, version, definitionHash, workflowKey: definitionHash ?? `${name}@${version ?? ''}` };
}

/** The due runs before the first one of a workflow that the claimer does not name; one that names none knows all. */
export function untilUnknown(
  candidates: readonly DueCandidate[],
  known: readonly string[] | undefined,
): readonly DueCandidate[] {
  if (known === undefined) return candidates;
  const keys = new Set(known);
  const end = candidates.findIndex((run) => !keys.has(toDueRun(run).workflowKey));
  return end === -1 ? candidates : candidates.slice(0, end);
}
