import { isTerminal, type RunRow } from '@sisyphus-state/schema';
import { decodeError, decodeValue, RunNotFoundError, RunStateError, type WorkflowStore } from '@sisyphus-state/store';
import { type RunResult, toRunResult } from '../engine/driver-types.js';
import { WorkflowCancelledError, WorkflowFailedError } from '../errors.js';
import type { StartedRun } from './client.js';

/** How often to ask whether the run's holder is still there: a process that dies tells nobody. */
const askMs = 1_000;

/**
 * Waits for a run that somebody else drives, and returns or throws as `execute` would have.
 *
 * `goOn` is asked to take the run on here when its holder gave it back or is gone; null when there is nothing to take.
 */
export async function awaitEnd(
  store: WorkflowStore,
  runId: string,
  goOn: () => Promise<StartedRun<RunResult> | null>,
): Promise<RunResult> {
  const bell = ringOnChange(store);
  try {
    for (let rung: 'change' | 'time' = 'change'; ; rung = await bell.next()) {
      const run = await store.readRun(runId);
      if (run === null) throw new RunNotFoundError(runId);
      if (isTerminal(run.status)) return toOutcome(run, await readFailedStep(store, runId));
      if (run.status === 'paused') throw new RunStateError(runId, run.status, 'it goes on when somebody resumes it.');
      const own = rung === 'time' || run.leaseWorker === null ? await goOn() : null;
      if (own !== null) return await own.result;
    }
  } finally {
    bell.stop();
  }
}

/** Says when to look again; what happens between two `next` is not missed. The timer keeps the process up meanwhile. */
function ringOnChange(store: WorkflowStore): { next(): Promise<'change' | 'time'>; stop(): void } {
  let rung: 'change' | 'time' | null = null;
  let wake = (): void => undefined;
  const ring = (why: 'change' | 'time'): void => {
    rung = rung === 'time' ? 'time' : why;
    wake();
  };
  const stopWatching = store.watch(() => ring('change'));
  const timer = setInterval(() => ring('time'), askMs);
  return {
    next: async () => {
      if (rung === null)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      const why = rung ?? 'change';
      rung = null;
      return why;
    },
    stop: () => {
      stopWatching();
      clearInterval(timer);
    },
  };
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
