import { isTerminal, type RunRow } from '@sisyphus-state/schema';
import { decodeError, decodeValue, RunNotFoundError, RunStateError, type WorkflowStore } from '@sisyphus-state/store';
import { type RunResult, toRunResult } from '../engine/driver-types.js';
import { WorkflowCancelledError, WorkflowFailedError } from '../errors.js';

/** Waits for a run that somebody else drives, and returns or throws as `execute` would have. */
export async function awaitEnd(store: WorkflowStore, runId: string): Promise<RunResult> {
  const { promise: changed, stop } = watchRun(store, runId);
  // A resting event loop would end the process while another one still works for this caller.
  const alive = setInterval(() => undefined, 60_000);
  try {
    return toOutcome(await changed, await readFailedStep(store, runId));
  } finally {
    clearInterval(alive);
    stop();
  }
}

function watchRun(
  store: WorkflowStore,
  runId: string,
): { readonly promise: Promise<RunRow>; readonly stop: () => void } {
  let stop = (): void => undefined;
  const promise = new Promise<RunRow>((resolve, reject) => {
    const look = async (): Promise<void> => {
      try {
        const run = await store.readRun(runId);
        if (run === null) reject(new RunNotFoundError(runId));
        else if (isTerminal(run.status)) resolve(run);
        else if (run.status === 'paused')
          reject(new RunStateError(runId, run.status, 'it goes on when somebody resumes it.'));
      } catch (error) {
        reject(error);
      }
    };
    stop = store.watch(() => void look());
    void look();
  });
  return { promise, stop };
}

/** Returns what a run that has ended is: its result, or the error of its end. */
export function toOutcome(run: RunRow, failedStep: string | null): RunResult {
  if (run.status === 'completed') return toRunResult(run.id, decodeValue(run.context), decodeValue(run.output));
  if (run.status === 'cancelled') throw new WorkflowCancelledError(run.id, run.reason);
  const error = decodeError(run.error);
  if (error === null) throw new RunStateError(run.id, run.status, 'it has no recorded error.');
  throw new WorkflowFailedError(run.id, failedStep, error);
}

async function readFailedStep(store: WorkflowStore, runId: string): Promise<string | null> {
  const events = await store.readEvents(runId);
  return events.findLast(({ type }) => type === 'workflow_failed')?.stepKey ?? null;
}
