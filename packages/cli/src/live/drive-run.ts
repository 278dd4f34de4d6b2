import {
  RunReleasedError,
  WorkflowCancelledError,
  WorkflowExecutor,
  WorkflowFailedError,
} from '@sisyphus-state/executor';
import type { HandlerRegistry } from '@sisyphus-state/handlers';
import { RunNotFoundError, RunStateError, type WorkflowStore } from '@sisyphus-state/store';
import { exitStatusOf, exitStatusOfSignal } from '../errors/exit-status.js';
import { codeOf, reportError } from '../errors/report-error.js';
import type { Terminal } from '../terminal/terminal.js';
import { resumeCommandLine } from './command-line.js';
import { createReporter } from './create-reporter.js';
import type { Reporter } from './reporter.js';
import { exitStatusOfRun, toOutcome } from './run-outcome.js';
import type { RunView } from './run-view.js';
import { listenForStop } from './stop-request.js';

/** A run that was asked for. */
export interface AskedRun {
  readonly runId: string;
  /** Whether this call made it; null while it is not certain that it can be driven. */
  readonly created: boolean | null;
  /** Settles as `execute` does. */
  readonly result: Promise<unknown>;
  /** Something to say of it before it goes on. */
  readonly remark?: string;
}

/** What driving a run needs. */
export interface DriveOptions {
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly db: string | undefined;
  readonly handlers: readonly string[];
  readonly store: WorkflowStore;
  readonly registry: HandlerRegistry;
  readonly workflowName: string;
  readonly view: RunView;
  /** Whether a run that is driven from its first commit is a new one. */
  readonly isNew: boolean;
  /** Starts or resumes the run. */
  readonly begin: (executor: WorkflowExecutor) => Promise<AskedRun>;
}

/**
 * Drives one run to its end in this process, tells of it, and gives the exit status.
 *
 * The run is announced after the commit that makes it and before its first handler is entered. The first request to stop
 * lets the attempts in hand finish and gives the run back; a second ends the process.
 */
export async function driveRun(options: DriveOptions): Promise<number> {
  const { store, terminal, json } = options;
  const startedAt = performance.now();
  const teller = await createTeller(options);
  const { reporter } = teller;
  const executor = new WorkflowExecutor(store, options.registry, {
    observe: (event) => {
      teller.announce(event.runId, options.isNew);
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
    if (asked.created !== null) teller.announce(asked.runId, asked.created);
    if (asked.remark !== undefined) reporter.remark(asked.remark);
    stop.begin();
    const failedStep = await Promise.race([settled, stop.done.then(() => null)]);
    teller.announce(asked.runId, false);
    const outcome = await readOutcome(store, asked.runId, { failedStep, stoppedBy: stop.signal(), startedAt });
    reporter.end(outcome);
    return exitStatusOfRun(outcome);
  } catch (error) {
    reporter.abort();
    reportError(error, terminal, json);
    teller.noteHowToGoOn('The run stands at its last checkpoint.');
    return exitStatusOf(codeOf(error));
  } finally {
    stop.forget();
  }
}

/** Who tells of the run, and what it is called once that is known. */
interface Teller {
  readonly reporter: Reporter;
  /** Only the first call says anything. */
  announce(runId: string, created: boolean): void;
  /** After a run that was announced ended without a word on how it stands. */
  noteHowToGoOn(words: string): void;
}

async function createTeller(options: DriveOptions): Promise<Teller> {
  const { terminal, store, workflowName } = options;
  let runId: string | null = null;
  // What was in memory is gone with this process.
  const resumeCommand = (): string | null =>
    runId === null || !store.capabilities.durable ? null : resumeCommandLine({ ...options, runId, env: terminal.env });
  const reporter = await createReporter({ ...options, resumeCommand });
  return {
    reporter,
    announce: (id, created) => {
      if (runId === null) reporter.begin({ runId: id, name: workflowName, created });
      runId = id;
    },
    noteHowToGoOn: (words) => {
      const command = resumeCommand();
      if (command !== null) terminal.note(`${words} To go on: ${command}`);
    },
  };
}

/** The step that failed the run, or null; what is no end of a run is thrown. */
async function settle(result: Promise<unknown>): Promise<string | null> {
  try {
    await result;
    return null;
  } catch (error) {
    if (error instanceof WorkflowFailedError) return error.stepKey;
    const isEnd = error instanceof WorkflowCancelledError || error instanceof RunReleasedError;
    if (isEnd || (error instanceof RunStateError && error.status === 'paused')) return null;
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
