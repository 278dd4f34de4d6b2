import type { WorkflowExecutor } from '@sisyphus-state/executor';
import { exitStatusOfSignal } from '../errors/exit-status.js';
import { count } from '../format/text.js';
import { onStopSignals, type SignalSource } from '../terminal/stop-signals.js';
import type { Board } from './board.js';
import type { WorkReporter } from './work-reporter.js';

/** What stopping a worker needs. */
export interface StopWorkerOptions {
  readonly executor: Pick<WorkflowExecutor, 'stop' | 'interrupt'>;
  readonly board: Pick<Board, 'held'>;
  readonly reporter: Pick<WorkReporter, 'remark' | 'abort'>;
  /** Ends the process, now. */
  readonly endNow: (status: number) => void;
  readonly signals?: SignalSource;
}

/** A worker that listens for requests to stop. */
export interface StoppableWorker {
  /** The signal that stopped it; null while none has. */
  readonly signal: () => NodeJS.Signals | null;
  /** The signal that stopped it at once; null while none has. */
  readonly interruptedBy: () => NodeJS.Signals | null;
  /** Listens no more. */
  forget(): void;
}

/** The first signal lets the steps in hand finish, the second aborts them, and another one ends the process. */
export function stopInSteps({ executor, board, reporter, endNow, signals }: StopWorkerOptions): StoppableWorker {
  let stoppedBy: NodeJS.Signals | null = null;
  let interruptedBy: NodeJS.Signals | null = null;
  const first = (signal: NodeJS.Signals): void => {
    stoppedBy = signal;
    const inHand = board.held.length;
    reporter.remark(
      inHand === 0
        ? 'Stopping.'
        : `Stopping: ${count(inHand, 'run')} in hand, given back once ${inHand === 1 ? 'its step is' : 'their steps are'} done. Again to stop at once.`,
    );
    // What it can't stop orderly ends with the worker, which tells of it.
    executor.stop().catch(() => undefined);
  };
  const second = (signal: NodeJS.Signals): void => {
    if (interruptedBy === null) {
      interruptedBy = signal;
      reporter.remark('Stopping at once: the steps in hand are aborted, and their runs are given back.');
      executor.interrupt().catch(() => undefined);
      return;
    }
    // A handler that lets nobody stop it. Others see that this process is gone, and go on.
    reporter.abort();
    endNow(exitStatusOfSignal(signal));
  };
  const forget = onStopSignals({ first, second }, signals);
  return { signal: () => stoppedBy, interruptedBy: () => interruptedBy, forget };
}
