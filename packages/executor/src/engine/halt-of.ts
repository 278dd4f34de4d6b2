import type { Ending, Verdict } from './batch.js';
import type { OpenWaits } from './open-waits.js';
import type { RunGuard } from './run-guard.js';

/**
 * What a run with nothing under way is paused for by the engine itself; null: it goes on, has ended, or is being undone.
 *
 * One that may find room in a budget when other runs have left some begins to wait for that.
 */
export function haltOf(
  { isDone, verdict }: { readonly isDone: boolean; readonly verdict: Verdict | null },
  guard: RunGuard,
  waits: Pick<OpenWaits, 'start'>,
  now: number,
): Ending | null {
  if (isDone || verdict !== null) return null;
  const { halt } = guard;
  if (halt !== null) return { kind: 'paused', ...halt, mailId: null };
  const wait = guard.waitForRoom();
  // Not with a commit: there is nothing to put down.
  if (wait !== null) waits.start(wait, Math.ceil(now));
  return null;
}
