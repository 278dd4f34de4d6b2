import type { WorkLine } from './work-line.js';

/**
 * The most runs that had a handler at work at one instant, by what the handlers wrote.
 *
 * All processes write to one file, so its order is that of the events. A run whose worker was killed leaves no line; it
 * counts until a handler of its next holder is over, as it does for the store: it was held all the time.
 */
export function mostInHandlers(lines: readonly WorkLine[]): number {
  const inside = new Set<string>();
  let most = 0;
  for (const { kind, runId } of lines) {
    if (kind === 'effect') inside.add(runId);
    if (kind === 'left') inside.delete(runId);
    most = Math.max(most, inside.size);
  }
  return most;
}
