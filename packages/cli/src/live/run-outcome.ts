import type { RunRow, RunStatus, StoredError } from '@sisyphus-state/schema';
import { decodeError, decodeValue } from '@sisyphus-state/store';
import { exitStatus, exitStatusOfSignal } from '../errors/exit-status.js';

/** How a run stands when this process lets go of it. */
export interface RunOutcome {
  readonly runId: string;
  readonly status: RunStatus;
  readonly reason: string | null;
  /** When it goes on by itself; null: it is not parked, or only somebody else can move it. */
  readonly wakeAt: number | null;
  readonly queue: string;
  readonly output: unknown;
  readonly context: unknown;
  readonly error: StoredError | null;
  /** The step that failed the run; null when none did. */
  readonly failedStep: string | null;
  /** Why it was given back unfinished; null when it was not. */
  readonly stoppedBy: NodeJS.Signals | null;
  /** How long this process had it. */
  readonly durationMs: number;
}

/** Reads the outcome from the run as it is stored: what is shown is what a resume finds. */
export function toOutcome(run: RunRow, rest: Pick<RunOutcome, 'failedStep' | 'stoppedBy' | 'durationMs'>): RunOutcome {
  return {
    runId: run.id,
    status: run.status,
    reason: run.reason,
    wakeAt: run.wakeAt,
    queue: run.queue,
    output: decodeValue(run.output) ?? null,
    context: decodeValue(run.context) ?? null,
    error: decodeError(run.error),
    ...rest,
  };
}

const doubt = 'in_doubt:';

/** The step that must not run twice and was cut off: somebody has to find out what it did. Null when there is none. */
export function stepInDoubt({ status, reason }: Pick<RunOutcome, 'status' | 'reason'>): string | null {
  return status === 'waiting' && reason?.startsWith(doubt) === true ? reason.slice(doubt.length) : null;
}

/** The exit status that says how the run stands. */
export function exitStatusOfRun(outcome: RunOutcome): number {
  if (outcome.status === 'completed') return exitStatus.done;
  if (outcome.status === 'failed' || outcome.status === 'cancelled') return exitStatus.failed;
  return outcome.stoppedBy === null ? exitStatus.waiting : exitStatusOfSignal(outcome.stoppedBy);
}
