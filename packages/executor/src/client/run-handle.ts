import type { EventFilter, RunState, StoredEvent, WorkflowStore } from '@sisyphus-state/store';
import type { RunResult } from '../engine/driver-types.js';
import type { StartedRun } from './client.js';

/** A run that was started. */
export interface RunHandle {
  readonly runId: string;
  /** False when the idempotency key was known and this is the run it belongs to. */
  readonly created: boolean;
  /** The run's end, as `execute` gives it. */
  result(): Promise<RunResult>;
  state(): Promise<RunState | null>;
  events(filter?: EventFilter): Promise<readonly StoredEvent[]>;
}

/** Makes the handle of a run that was started. */
export function runHandle(store: WorkflowStore, { runId, created, result }: StartedRun<RunResult>): RunHandle {
  // A caller who never asks for the result must not have the process end over it.
  result.catch(() => undefined);
  return {
    runId,
    created,
    result: () => result,
    state: () => store.getRunState(runId),
    events: (filter) => store.readEvents(runId, filter),
  };
}
