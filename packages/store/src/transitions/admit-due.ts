import type { DueRequest, QueueRequest } from '../store-types.js';
import type { DueCandidate } from './due-candidate.js';

/** How many runs of a queue with one concurrency key are held. */
export interface HeldCount {
  readonly concurrencyKey: string | null;
  readonly held: number;
}

/** What a queue's limits leave. */
export interface QueueRoom {
  /** How many of its runs may be taken. */
  readonly runs: number;
  /** How many more of this key; null for a run without one: no limit but the queue's. */
  readonly ofKey: (concurrencyKey: string | null) => number | null;
}

/** At most so many runs are looked for or taken at once. */
const maxLimit = 1000;

/** A request's `limit` as a whole number in bounds; nothing sensible is nothing. */
export function wholeLimit(limit: number): number {
  return Number.isNaN(limit) ? 0 : Math.min(Math.max(0, Math.trunc(limit)), maxLimit);
}

/** The queues of a request, each once: of limits that differ for one name the smaller holds. */
export function distinctQueues({ queues }: Pick<DueRequest, 'queues'>): readonly QueueRequest[] {
  const byName = new Map<string, QueueRequest>();
  for (const queue of queues) {
    const known = byName.get(queue.name);
    byName.set(queue.name, {
      name: queue.name,
      concurrency: smaller(queue.concurrency, known?.concurrency),
      perKey: smaller(queue.perKey, known?.perKey),
    });
  }
  return [...byName.values()];
}

/** Says whether what may be taken from a queue depends on what is held. */
export function isLimited({ concurrency = null, perKey = null }: QueueRequest): boolean {
  return concurrency !== null || perKey !== null;
}

/** Works out what a queue's limits leave for a request of `limit` runs, given what is held. */
export function roomOf(queue: QueueRequest, limit: number, counts: readonly HeldCount[]): QueueRoom {
  const { concurrency = null, perKey = null } = queue;
  const total = counts.reduce((sum, { held }) => sum + held, 0);
  const held = new Map(counts.map((count) => [count.concurrencyKey, count.held]));
  return {
    runs: concurrency === null ? limit : Math.max(0, Math.min(limit, Math.trunc(concurrency) - total)),
    ofKey: (key) => (perKey === null || key === null ? null : Math.max(0, Math.trunc(perKey) - (held.get(key) ?? 0))),
  };
}

/** Takes candidates of one queue in their order, as far as its room allows. */
export function admitDue(candidates: readonly DueCandidate[], room: QueueRoom): readonly DueCandidate[] {
  const taken = new Map<string | null, number>();
  const admitted: DueCandidate[] = [];
  for (const candidate of candidates) {
    if (admitted.length >= room.runs) break;
    const { concurrencyKey } = candidate;
    const before = taken.get(concurrencyKey) ?? 0;
    if (before >= (room.ofKey(concurrencyKey) ?? Number.POSITIVE_INFINITY)) continue;
    taken.set(concurrencyKey, before + 1);
    admitted.push(candidate);
  }
  return admitted;
}

function smaller(one: number | null | undefined, other: number | null | undefined): number | null {
  if (one === null || one === undefined) return other ?? null;
  return other === null || other === undefined ? one : Math.min(one, other);
}
