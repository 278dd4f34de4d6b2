import type { Ending, Verdict } from './batch.js';
import type { RunGuard } from './run-guard.js';

/** What a run with nothing under way is paused for by the engine itself; null: it goes on, has ended, or is being undone. */
export function haltOf(
  { isDone, verdict }: { readonly isDone: boolean; readonly verdict: Verdict | null },
  guard: RunGuard,
): Ending | null {
  const { halt } = guard;
  return halt === null || isDone || verdict !== null ? null : { kind: 'paused', ...halt, mailId: null };
}
