import type { Command } from 'commander';
import { parseLimit, parseStatuses } from '../input/parse-options.js';
import { type Finish, type GetContext, runsHelp } from './shared.js';

/** Adds the commands that look at runs and change nothing. */
export function addLookCommands(program: Command, context: GetContext, finish: Finish): void {
  program
    .command('ls')
    .description('list runs, newest first')
    .option('--status <status>', 'only these, separated by commas', parseStatuses)
    .option('--name <name>', 'only runs of this workflow')
    .option('--parent <run>', 'only runs that steps of this run wait or waited for')
    .option('--limit <n>', 'how many at most', parseLimit, 50)
    .action(async ({ status, name, parent, limit }: LsOptions) => {
      const { ls } = await import('../commands/ls.js');
      finish(await ls(context(), { status, name, parent, limit }));
    });
  program
    .command('show')
    .description('show a run and its steps')
    .argument('<run>', "the run's id")
    .option('--all', 'each item of a foreach, also those that went well')
    .addHelpText('after', runsHelp)
    .action(async (run: string, { all = false }: { readonly all?: boolean }) => {
      const { show } = await import('../commands/show.js');
      finish(await show(context(), { run, all }));
    });
  program
    .command('events')
    .description("show a run's audit log, oldest first")
    .argument('<run>', "the run's id")
    .option('-f, --follow', 'go on until the run ends or Ctrl-C; with --json an event a line')
    .addHelpText('after', runsHelp)
    .action(async (run: string, { follow = false }: { readonly follow?: boolean }) => {
      const { events } = await import('../commands/events.js');
      finish(await events(context(), { run, follow }));
    });
}

interface LsOptions {
  readonly status?: ReturnType<typeof parseStatuses>;
  readonly name?: string;
  readonly parent?: string;
  readonly limit: number;
}
