import type { WorkflowStore } from '@sisyphus-state/store';

/** How often to ask whether a run's holder is still there: a process that dies tells nobody. */
const askMs = 1_000;

/** Says when to look again. */
export interface Bell {
  /** Resolves at the next ring, or at one since the call before; `withinMs` rings once more by then. */
  next(withinMs: number | null): Promise<'change' | 'time'>;
  stop(): void;
}

/** Rings when the store tells of a commit, every second, and when the executor stops. Its timer keeps the process up. */
export function ringOnChange(store: WorkflowStore, stopped: AbortSignal): Bell {
  let rung: 'change' | 'time' | null = null;
  let wake = (): void => undefined;
  const ring = (why: 'change' | 'time'): void => {
    rung = rung === 'time' ? 'time' : why;
    wake();
  };
  const onStop = (): void => ring('change');
  const stopWatching = store.watch(() => ring('change'));
  const timer = setInterval(() => ring('time'), askMs);
  stopped.addEventListener('abort', onStop);
  return {
    next: async (withinMs) => {
      const soon = withinMs === null || withinMs >= askMs ? null : setTimeout(() => ring('time'), withinMs);
      if (rung === null)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      if (soon !== null) clearTimeout(soon);
      const why = rung ?? 'change';
      rung = null;
      return why;
    },
    stop: () => {
      stopWatching();
      clearInterval(timer);
      stopped.removeEventListener('abort', onStop);
    },
  };
}
