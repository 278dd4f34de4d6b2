import { isTerminal, type RunRow } from '@sisyphus-state/schema';
import type { WorkflowStore } from '@sisyphus-state/store';
import { showJson } from '../format/value.js';
import { type ModuleNames, noModules } from '../input/load-modules.js';
import { isCodeRun } from '../live/code-run.js';
import { answerCommandLine, resumeCommandLine, workCommandLine } from '../live/command-line.js';
import type { NextCommands } from '../live/summarize.js';
import type { Terminal } from '../terminal/terminal.js';

/** What every command is given. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** `--db`: a path or `:memory:`; undefined leaves it to `SISYPHUS_DB` and the default. */
  readonly db: string | undefined;
  /** `--namespace`: whose runs; undefined leaves it to the default. */
  readonly namespace: string | undefined;
  /** `--json`: JSON on stdout, and nothing else there. */
  readonly json: boolean;
}

/** Prints the one JSON document of a command. */
export function printDocument({ terminal }: CommandContext, document: unknown): void {
  terminal.print(showJson(document, terminal.stdout.isTTY === true));
}

/** What tells a run that has its definition with it from one whose code has to be named. */
type ResumedRun = Pick<RunRow, 'id' | 'definitionHash' | 'version'>;

/** The command that resumes a run of this database. */
export function resumeCommandFor({ terminal, db }: CommandContext, run: ResumedRun): string {
  return resumeCommandLine(run.id, { db, ...modulesOf(run), env: terminal.env });
}

/** The command that starts a worker for a queue of this database. */
export function workCommandFor(context: CommandContext, queue: string, modules = noModules): string {
  const { terminal, db, namespace } = context;
  return workCommandLine(queue, { db, namespace, ...modules, env: terminal.env });
}

/** The commands that go on with a run of this database. */
export function nextCommandsFor(context: CommandContext, run: RunRow): NextCommands {
  const { terminal, db } = context;
  return {
    resume: resumeCommandFor(context, run),
    work: workCommandFor(context, run.queue, modulesOf(run)),
    answer: answerCommandLine(run.id, run.reason, { db, ...noModules, env: terminal.env }),
  };
}

/** Notes who goes on with a run that somebody gave something to do, unless a worker has it in hand. */
export async function noteWhoGoesOn(context: CommandContext, store: WorkflowStore, runId: string): Promise<void> {
  const run = await store.readRun(runId);
  if (run === null || run.leaseWorker !== null || isTerminal(run.status)) return;
  const { resume, work } = nextCommandsFor(context, run);
  context.terminal.note(`A worker goes on with it: ${work}, or ${resume}`);
}

/** Of code only its name and version are stored: which module has it is for the reader to say. */
function modulesOf(run: ResumedRun): ModuleNames {
  return isCodeRun(run) ? { handlers: [], workflows: ['MODULE'] } : noModules;
}
