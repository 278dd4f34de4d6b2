import type { WorkflowStore } from '@sisyphus-state/store';
import type { LoadedModules } from '../input/load-modules.js';
import { divertOutput } from '../terminal/divert-output.js';
import type { Terminal } from '../terminal/terminal.js';
import { answerCommandLine, resumeCommandLine, workCommandLine } from './command-line.js';
import { createReporter } from './create-reporter.js';
import type { Reporter } from './reporter.js';
import type { RunView } from './run-view.js';
import type { NextCommands, WaitingRun } from './summarize.js';

/** What telling of a run needs. */
export interface TellerOptions {
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly db: string | undefined;
  readonly namespace: string | undefined;
  readonly modules: LoadedModules;
  readonly store: WorkflowStore;
  readonly workflowName: string;
  readonly view: RunView;
}

/** Who tells of the run, and what it is called once that is known. */
export interface Teller {
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

/** Makes what tells of a run: nothing but errors is told before it is announced. */
export async function createTeller(options: TellerOptions): Promise<Teller> {
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
