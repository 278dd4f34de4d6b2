import type { Batch, Ending, Verdict } from './batch.js';
import type { RunGuard } from './run-guard.js';

/**
 * What a run with nothing under way is paused for by the engine itself; null: it goes on, has ended, or is being undone.
 *
 * One that may find room in a budget when other runs have left some gets a wait for that.
 */
export function haltOf(
  { isDone, verdict }: { readonly isDone: boolean; readonly verdict: Verdict | null },
  guard: RunGuard,
  batch: Batch,
): Ending | null {
  if (isDone || verdict !== null) return null;
  const { halt } = guard;
  if (halt !== null) return { kind: 'paused', ...halt, mailId: null };
  const wait = guard.waitForRoom();
  if (wait !== null) batch.waits.push(wait);
  return null;
}
