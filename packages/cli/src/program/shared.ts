import { InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from '../commands/command.js';

/** Told of the exit status of the command that ran. */
export type Finish = (status: number) => void;

/** What every command is given, once the command line has been read. */
export type GetContext = () => CommandContext;

/** The exit status, as help shows it. */
export const exitStatusHelp = `
Exit status:
  0  the run completed, or the command did what it was asked
  1  the run failed or was cancelled, a log does not hold, or the database refused
  2  the command, the workflow, its input, handlers or code are not right; nothing was started
  3  the run waits for somebody: waiting, paused, or with a step in doubt
  130, 143  stopped by SIGINT (Ctrl-C) or SIGTERM; the run can be resumed`;

/** How a run is named, as help shows it. */
export const runsHelp = `
RUN is a run's id, or as much of its start or end (4 characters at least) as no other run has.`;

/** `--handlers`, which may be repeated. */
export function handlersOption(): Option {
  return moduleOption('--handlers <module>', 'a module with more handlers: a file or a package; may be repeated');
}

/** `--workflows`, which may be repeated. */
export function workflowsOption(): Option {
  return moduleOption('--workflows <module>', 'a module with workflows as code: a file or a package; may be repeated');
}

function moduleOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((name: string, earlier: readonly string[] = []) => {
    if (name === '') throw new InvalidArgumentError('Name a file or a package.');
    return [...earlier, name];
  });
}

/** What the options that name modules give. */
export interface ModuleOptions {
  readonly handlers?: readonly string[];
  readonly workflows?: readonly string[];
}
