import type { RunStatus } from '@sisyphus-state/schema';
import { oneLine } from './text.js';
import { showMoment } from './time.js';

/** A wait, as the rows of runs have it. */
export interface Wait {
  /** When it is over; null: only somebody else can end it. */
  readonly wakeAt: number | null;
  /** What it waits for, as `workflow_suspended` says it: `retry:fetch`. */
  readonly reason: string | null;
}

/** The wait of a run; one that has not started has no reason of its own. */
export function waitOf({ status, wakeAt, reason }: Wait & { readonly status: RunStatus }): Wait {
  return { wakeAt, reason: status === 'pending' ? 'delayed start' : reason };
}

/** Until when and for what a run waits: `until 14:05:30 (retry of fetch)`. */
export function showWait({ wakeAt, reason }: Wait, now: number): string {
  const forWhom = reason?.startsWith('child:') === true ? 'for a run' : 'for somebody';
  const until = wakeAt === null ? forWhom : `${wakeAt > now ? 'until' : 'since'} ${showMoment(wakeAt, now)}`;
  return reason === null ? until : `${until} (${showReason(reason)})`;
}

/** The reason of a wait in words: `retry:fetch` is `retry of fetch`, `sleep:nap` is `sleep nap`. */
export function showReason(reason: string): string {
  const text = oneLine(reason);
  return text
    .replace(/^retry:/, 'retry of ')
    .replace(/^in_doubt:/, 'in doubt: ')
    .replace(/^child:/, 'step ')
    .replace(/^([a-z-]+):(?=\S)/, '$1 ');
}
