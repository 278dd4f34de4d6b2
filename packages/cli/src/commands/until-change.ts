import type { WorkflowStore } from '@sisyphus-state/store';
import { onStopSignals, type SignalSource } from '../terminal/stop-signals.js';

/** Somebody wrote to the database, or this process was asked to stop. */
export type Woken = 'changed' | 'stopped';

/** Also look now and then without being told: a worker that dies writes nothing. */
const lookEveryMs = 2000;

/** Waits for commits of anybody; what happened since the last call counts, so nothing is missed in between. */
export function untilChange(
  store: WorkflowStore,
  signals: SignalSource = process,
): { next(): Promise<Woken>; stop(): void } {
  let pending: Woken | null = null;
  let wake: ((woken: Woken) => void) | null = null;
  const tell = (woken: Woken): void => {
    // A stop is not forgotten for a change that comes after it.
    pending = pending === 'stopped' ? pending : woken;
    wake?.(pending);
  };
  const unwatch = store.watch(() => tell('changed'));
  const unlisten = onStopSignals({ first: () => tell('stopped'), second: () => tell('stopped') }, signals);
  // Also keeps the process up: the store's own watch does not.
  const timer = setInterval(() => tell('changed'), lookEveryMs);
  return {
    next: async () => {
      const woken = pending ?? (await new Promise<Woken>((resolve) => (wake = resolve)));
      if (woken !== 'stopped') pending = null;
      wake = null;
      return woken;
    },
    stop: () => {
      clearInterval(timer);
      unwatch();
      unlisten();
    },
  };
}
