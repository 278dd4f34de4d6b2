import {
  RunReleasedError,
  WorkflowCancelledError,
  WorkflowExecutor,
  WorkflowFailedError,
} from '@sisyphus-state/executor';
import { RunNotFoundError, type WorkflowStore } from '@sisyphus-state/store';
import { exitStatusOf, exitStatusOfSignal } from '../errors/exit-status.js';
import { codeOf, reportError } from '../errors/report-error.js';
import type { LoadedModules } from '../input/load-modules.js';
import { divertOutput } from '../terminal/divert-output.js';
import type { Terminal } from '../terminal/terminal.js';
import { answerCommandLine, resumeCommandLine, workCommandLine } from './command-line.js';
import { createReporter } from './create-reporter.js';
import type { Reporter } from './reporter.js';
import { exitStatusOfRun, toOutcome } from './run-outcome.js';
import type { RunView } from './run-view.js';
import { listenForStop } from './stop-request.js';
import type { NextCommands, WaitingRun } from './summarize.js';

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
export interface DriveOptions {
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly db: string | undefined;
  readonly namespace: string | undefined;
  readonly modules: LoadedModules;
  readonly store: WorkflowStore;
  /** Null for a run that is to be made: its first commit tells. */
  readonly runId: string | null;
  readonly workflowName: string;
  readonly view: RunView;
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

/** Who tells of the run, and what it is called once that is known. */
interface Teller {
  readonly reporter: Reporter;
  /** Settles when the run was announced. */
  readonly announced: Promise<void>;
  readonly runId: () => string | null;
  /** Only the first call says anything. */
  announce(runId: string, created: boolean): void;
  /** Nothing more is told: stdout is everybody's again. */
  end(): void;
  /** After a run that was announced ended without a word on how it stands. */
  noteHowToGoOn(words: string): void;
}

async function createTeller(options: DriveOptions): Promise<Teller> {
  const { terminal, store, workflowName, db, namespace, modules } = options;
  let runId: string | null = null;
  let resolve: () => void = () => undefined;
  const announced = new Promise<void>((settled) => {
    resolve = settled;
  });
  const given = { db, namespace, ...modules.named, env: terminal.env };
  // What was in memory is gone with this process.
  const nextCommands = ({ queue, reason }: WaitingRun): NextCommands | null =>
    runId === null || !store.capabilities.durable
      ? null
      : {
          resume: resumeCommandLine(runId, given),
          work: workCommandLine(queue, given),
          answer: answerCommandLine(runId, reason, given),
        };
  const reporter = await createReporter({ ...options, nextCommands });
  // A workflow's function begins before the commit that makes its run, and the run's id comes first.
  const early = divertOnce(terminal);
  return {
    reporter,
    announced,
    runId: () => runId,
    announce: (id, created) => {
      early.end();
      if (runId === null) reporter.begin({ runId: id, name: workflowName, created });
      runId = id;
      resolve();
    },
    end: early.end,
    noteHowToGoOn: (words) => {
      const commands = nextCommands({ queue: 'default', reason: null });
      if (commands !== null) terminal.note(`${words} To go on: ${commands.resume}`);
    },
  };
}

/** Sends what others print to stderr until the first `end`. */
function divertOnce(terminal: Terminal): { end(): void } {
  let restore: (() => void) | null = divertOutput(terminal.stdout, (line) => terminal.note(line));
  return {
    end: () => {
      restore?.();
      restore = null;
    },
  };
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
