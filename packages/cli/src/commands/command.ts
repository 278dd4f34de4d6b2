import { showJson } from '../format/value.js';
import { resumeCommandLine, workCommandLine } from '../live/command-line.js';
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

/** The command that resumes a run of this database. */
export function resumeCommandFor({ terminal, db }: CommandContext, runId: string): string {
  return resumeCommandLine(runId, { db, handlers: [], env: terminal.env });
}

/** The command that starts a worker for a queue of this database. */
export function workCommandFor({ terminal, db, namespace }: CommandContext, queue: string): string {
  return workCommandLine(queue, { db, namespace, handlers: [], env: terminal.env });
}
