import type { Command } from 'commander';
import { parseLimit, parseNames, parseQueueLimit, type QueueLimit } from '../input/parse-options.js';
import { type Finish, type GetContext, handlersOption, type ModuleOptions, workflowsOption } from './shared.js';

const help = `
The first Ctrl-C (or SIGTERM) lets the steps in hand finish and gives their runs back; a second one aborts
them. Limits hold across all workers of a database, so give every worker of a queue the same.

With --json each line of stdout is an object: first {"type":"worker"}, then {"type":"run"} for a run that was
taken, one for each of its committed changes and log lines, {"type":"left"} when it was let go, and last
{"type":"end"} with what was done.

Exit status:
  0  stopped, or nothing is due any more
  1  the database refused, or, with --until-idle, a run failed
  2  the command, its handlers or its workflows are not right
  3  with --until-idle: runs are due that no handler, or no code, is here for
  130, 143  stopped at once by a second SIGINT (Ctrl-C) or SIGTERM`;

/** Adds the command that works on the runs of queues. */
export function addWorkCommand(program: Command, context: GetContext, finish: Finish): void {
  program
    .command('work')
    .description('a worker: take due runs and drive them, until Ctrl-C')
    .option('--queue <queue>', 'a queue to work on; may be repeated (default: default)', parseNames)
    .option('--concurrency <n>', 'how many runs at once', parseLimit, 10)
    .option('--limit <queue=n>', "at most so many of a queue's runs at once; may be repeated", parseQueueLimit)
    .option('--key-limit <queue=n>', 'at most so many of its runs with the same key; may be repeated', parseQueueLimit)
    .addOption(handlersOption())
    .addOption(workflowsOption())
    .option('--until-idle', 'stop when nothing is due any more, for cron and CI')
    .addHelpText('after', help)
    .action(async (options: WorkOptions) => {
      const { work } = await import('../commands/work.js');
      const { queue = [], concurrency, limit = [], keyLimit = [], untilIdle = false } = options;
      const { handlers = [], workflows = [] } = options;
      const queues = { queues: queue, limits: limit, keyLimits: keyLimit };
      finish(await work(context(), { ...queues, concurrency, handlers, workflows, untilIdle }));
    });
}

interface WorkOptions extends ModuleOptions {
  readonly queue?: readonly string[];
  readonly concurrency: number;
  readonly limit?: readonly QueueLimit[];
  readonly keyLimit?: readonly QueueLimit[];
  readonly untilIdle?: boolean;
}
