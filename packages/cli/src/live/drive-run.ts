import {
  RunReleasedError,
  WorkflowCancelledError,
  WorkflowExecutor,
  WorkflowFailedError,
} from '@sisyphus-state/executor';
import { RunNotFoundError, type WorkflowStore } from '@sisyphus-state/store';
import { exitStatusOf, exitStatusOfSignal } from '../errors/exit-status.js';
import { codeOf, reportError } from '../errors/report-error.js';
import { exitStatusOfRun, toOutcome } from './run-outcome.js';
import { listenForStop } from './stop-request.js';
import { createTeller, type TellerOptions } from './teller.js';

/** A run that was asked for. */
export interface AskedRun {
  /** It is there, and it is certain that it can be driven or waited for. */
  readonly isKnown: boolean;
  /** It was made by this command; default false. */
  readonly created?: boolean;
  /** Settles as `execute` does with `until: 'idle'`. */
  readonly result: Promise<{ readonly runId: string }>;
  /** Something to say of it before it goes on. */
  readonly remark?: string;
}

/** What driving a run needs. */
export interface DriveOptions extends TellerOptions {
  /** Null for a run that is to be made: its first commit tells. */
  readonly runId: string | null;
  /** Whether a run that is driven from its first commit is a new one. */
  readonly isNew: boolean;
  /** Starts or resumes the run. */
  readonly begin: (executor: WorkflowExecutor) => Promise<AskedRun>;
}

/**
 * Drives one run in this process until it has ended or is idle, tells of it, and gives the exit status.
 *
 * The run is announced after the commit that makes it and before its first handler is entered. The first request to stop
 * lets the attempts in hand finish and gives the run back; a second ends the process.
 */
export async function driveRun(options: DriveOptions): Promise<number> {
  const { store, terminal, json, modules } = options;
  const startedAt = performance.now();
  const teller = await createTeller(options);
  const { reporter } = teller;
  const executor = new WorkflowExecutor(store, modules.registry, {
    workflows: modules.workflows,
    observe: (event) => {
      // The first that is heard of a run may be of one that its steps wait for.
      teller.announce(options.runId ?? event.runId, options.isNew);
      reporter.tell(event);
    },
  });
  const stop = listenForStop({
    stop: () => executor.stop(),
    remark: (text) => reporter.remark(text),
    endNow: (signal) => {
      reporter.abort();
      teller.noteHowToGoOn('Stopped at once.');
      process.exit(exitStatusOfSignal(signal));
    },
  });
  try {
    const asked = await options.begin(executor);
    const settled = settle(asked.result);
    if (asked.isKnown && options.runId !== null) teller.announce(options.runId, asked.created ?? false);
    if (asked.remark !== undefined) reporter.remark(asked.remark);
    // Before that there is nothing to stop.
    await Promise.race([teller.announced, settled]);
    stop.begin();
    const end = await Promise.race([settled, stop.done.then(() => null)]);
    const runId = teller.runId() ?? end?.runId ?? options.runId;
    if (runId === null) throw new Error('The run ended before it was heard of.');
    teller.announce(runId, false);
    const failedStep = end?.failedStep ?? null;
    const outcome = await readOutcome(store, runId, { failedStep, stoppedBy: stop.signal(), startedAt });
    reporter.end(outcome);
    return exitStatusOfRun(outcome);
  } catch (error) {
    reporter.abort();
    reportError(error, terminal, json);
    teller.noteHowToGoOn('The run stands at its last checkpoint.');
    return exitStatusOf(codeOf(error));
  } finally {
    stop.forget();
    teller.end();
  }
}

/** How the run stands, as far as its end says. */
interface SettledRun {
  readonly runId: string;
  /** The step that failed it; null when none did. */
  readonly failedStep: string | null;
}

/** What is neither an end of a run nor a stop is thrown. */
async function settle(result: AskedRun['result']): Promise<SettledRun> {
  try {
    return { runId: (await result).runId, failedStep: null };
  } catch (error) {
    if (error instanceof WorkflowFailedError) return { runId: error.runId, failedStep: error.stepKey };
    if (error instanceof WorkflowCancelledError || error instanceof RunReleasedError)
      return { runId: error.runId, failedStep: null };
    throw error;
  }
}

async function readOutcome(
  store: WorkflowStore,
  runId: string,
  { startedAt, ...rest }: { failedStep: string | null; stoppedBy: NodeJS.Signals | null; startedAt: number },
) {
  const run = await store.readRun(runId);
  if (run === null) throw new RunNotFoundError(runId);
  return toOutcome(run, { ...rest, durationMs: performance.now() - startedAt });
}
