import { isTerminal, type RunRow } from '@sisyphus-state/schema';
import { decodeError, decodeValue, RunNotFoundError, RunStateError, type WorkflowStore } from '@sisyphus-state/store';
import { type DriveResult, type RunResult, toRunResult } from '../engine/driver-types.js';
import { RunReleasedError, WorkflowCancelledError, WorkflowFailedError } from '../errors.js';
import type { IdleResult } from './client.js';
import { isTreeIdle } from './is-tree-idle.js';
import { pausedAdvice, readPause } from './paused-advice.js';
import { ringOnChange } from './ring-on-change.js';
import { timeLeft } from './time-left.js';

/** How to wait for a run's end. */
export interface AwaitOptions {
  /** `idle`: a run that only an outsider, or a timer of more than a minute, can move is waited for no longer. */
  readonly until: 'end' | 'idle';
  /** The executor stopped: the wait is over. */
  readonly stopped: AbortSignal;
  /** Told of the run as it was read when nobody drives it here. */
  readonly look?: (run: RunRow) => void;
  /** Asked to take the run on here when nobody holds it or its holder may be gone; null when there is nothing to take. */
  readonly goOn: (() => Promise<{ readonly result: Promise<DriveResult> } | null>) | null;
}

/** Waits for a run that somebody else drives, or that is parked, and returns or throws as `execute` would have. */
export async function awaitEnd(
  store: WorkflowStore,
  runId: string,
  { until, stopped, look, goOn }: AwaitOptions,
): Promise<RunResult | IdleResult> {
  const bell = ringOnChange(store, stopped);
  try {
    for (let rung: 'change' | 'time' = 'change'; ; ) {
      if (stopped.aborted) throw new RunReleasedError(runId);
      const run = await store.readRun(runId);
      if (run === null) throw new RunNotFoundError(runId);
      if (isTerminal(run.status)) return toOutcome(run, await readFailedStep(store, runId));
      look?.(run);
      const dueInMs = await timeLeft(store, run);
      if (until === 'idle' && (await isTreeIdle(store, run))) return idleResult(run);
      if (run.status === 'paused')
        throw new RunStateError(runId, run.status, pausedAdvice(run, await readPause(store, runId)));
      const isFree: boolean = dueInMs <= 0 && (rung === 'time' || run.leaseWorker === null);
      const end: DriveResult | undefined = isFree ? await (await goOn?.())?.result : undefined;
      if (end?.status === 'completed') return end;
      // Driven here and parked again: what it waits for now is read at once.
      rung = end === undefined ? await bell.next(dueInMs > 0 ? dueInMs : null) : 'change';
    }
  } finally {
    bell.stop();
  }
}

function idleResult({ id, status, reason, wakeAt }: RunRow): IdleResult {
  return { runId: id, status: status === 'paused' ? 'paused' : 'waiting', reason, wakeAt };
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
