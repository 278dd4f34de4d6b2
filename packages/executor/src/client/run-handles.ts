import type { CreatedRun } from '@sisyphus-state/store';
import type { RunResult } from '../engine/driver-types.js';
import type { ChildTender } from './child-tender.js';
import type { Client, IdleResult, StartedRun } from './client.js';
import { followRun } from './follow-run.js';
import { type RunHandle, runHandle } from './run-handle.js';

/** The handle of a run that is driven here: it goes on here whoever asks for its end, also after it was parked. */
export function drivenHandle(client: Client, started: StartedRun, tender: ChildTender): RunHandle {
  const result = followRun(client, started.runId, started.driver, { tender }).then(toEnd);
  // A caller who never asks for the result must not have the process end over it.
  result.catch(() => undefined);
  return runHandle(client.store, started, () => result);
}

/** The handle of a run that is left to workers: its end is waited for, nothing more. */
export function detachedHandle(client: Client, created: Pick<CreatedRun, 'runId' | 'created'>): RunHandle {
  return runHandle(client.store, created, () => followRun(client, created.runId, null, { goOn: false }).then(toEnd));
}

/** What was followed to its end has one. */
function toEnd(end: RunResult | IdleResult): RunResult {
  if (end.status === 'completed') return end;
  throw new Error(`Run ${end.runId} was followed to its end and is ${end.status}.`);
}
