import type { EventFilter, RunState, StoredEvent, WorkflowStore } from '@sisyphus-state/store';
import type { RunResult } from '../engine/driver-types.js';

/** A run that was started. */
export interface RunHandle {
  readonly runId: string;
  /** False when the idempotency key was known and this is the run it belongs to. */
  readonly created: boolean;
  /** The run's end, as `execute` gives it. Of a run that was left to workers it is there when one of them has got to it. */
  result(): Promise<RunResult>;
  state(): Promise<RunState | null>;
  events(filter?: EventFilter): Promise<readonly StoredEvent[]>;
}

/** Makes the handle of a run; `follow` is called when somebody first asks for the result. */
export function runHandle(
  store: WorkflowStore,
  { runId, created }: { readonly runId: string; readonly created: boolean },
  follow: () => Promise<RunResult>,
): RunHandle {
  let result: Promise<RunResult> | null = null;
  return {
    runId,
    created,
    result: () => {
      result ??= follow();
      return result;
    },
    state: () => store.getRunState(runId),
    events: (filter) => store.readEvents(runId, filter),
  };
}
