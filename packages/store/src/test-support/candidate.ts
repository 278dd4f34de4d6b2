import type { DueCandidate } from '../transitions/due-candidate.js';

/** A due run of the queue `q`, without a key and like all others, unless said otherwise. */
export function candidateOf(id: string, more: Partial<DueCandidate> = {}): DueCandidate {
  const common = { name: 'w', version: null, definitionHash: null, queue: 'q', concurrencyKey: null };
  return { id, ...common, priority: 0, dueSince: 0, ...more };
}
