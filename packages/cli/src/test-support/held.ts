import { createRunView } from '../live/run-view.js';
import type { HeldRun } from '../work/held-run.js';

/** A run that a worker has in hand. */
export function held(runId: string, given: Partial<HeldRun> = {}): HeldRun {
  const view = createRunView([{ id: 'fetch', type: 'shell', isForeach: false, maxAttempts: 3 }]);
  const rest = { queue: 'default', concurrencyKey: null, fence: 1, takenFrom: null, takenAt: 0 };
  return { runId, name: 'flow', ...rest, view, ...given };
}
