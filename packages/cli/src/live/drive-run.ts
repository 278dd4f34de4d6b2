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
  const { terminal, store, registry, view, json } = options;
  const startedAt = performance.now();
  let runId: string | null = null;
  const resumeCommand = (): string => resumeCommandLine({ ...options, runId: runId ?? 'RUN', env: terminal.env });
  const reporter = await createReporter({ terminal, view, json, resumeCommand });
  const announce = (id: string, created: boolean): void => {
    if (runId === null) reporter.begin({ runId: id, name: options.workflowName, created });
    runId = id;
  };
  const executor = new WorkflowExecutor(store, registry, {
    observe: (event) => {
      announce(event.runId, options.isNew);
      reporter.tell(event);
    },
  });
  const stop = listenForStop({
    stop: () => executor.stop(),
    remark: (text) => reporter.remark(text),
    endNow: (signal) => {
      reporter.abort();
      if (runId !== null) terminal.note(`Stopped at once. To go on: ${resumeCommand()}`);
      process.exit(exitStatusOfSignal(signal));
    },
  });
  try {
    const asked = await options.begin(executor);
    const settled = settle(asked.result);
    if (asked.created !== null) announce(asked.runId, asked.created);
    if (asked.remark !== undefined) reporter.remark(asked.remark);
    stop.begin();
    const failedStep = await Promise.race([settled, stop.done.then(() => null)]);
    announce(asked.runId, false);
    const outcome = await readOutcome(store, asked.runId, { failedStep, stoppedBy: stop.signal(), startedAt });
    reporter.end(outcome);
    return exitStatusOfRun(outcome);
  } catch (error) {
    reporter.abort();
    reportError(error, terminal, json);
    if (runId !== null) terminal.note(`The run stands at its last checkpoint. To go on: ${resumeCommand()}`);
    return exitStatusOf(codeOf(error));
  } finally {
    stop.forget();
  }
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
