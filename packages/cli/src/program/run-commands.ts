import type { BudgetDefinition } from '@sisyphus-state/executor';
import { type Command, Option } from 'commander';
import { parseBudget, parseDeadline } from '../input/parse-budget.js';
import { parseName, parsePriority, parseStartAfter } from '../input/parse-options.js';
import {
  exitStatusHelp,
  type Finish,
  type GetContext,
  handlersOption,
  type ModuleOptions,
  runsHelp,
  workflowsOption,
} from './shared.js';

const jsonHelp = `
With --json each line of stdout is an object: first {"type":"run"} with the run's id, then one for each
committed change and log line, last {"type":"result"} with status, output, context and error.`;

const codeHelp = `
Code is not stored: of a run of a workflow as code name its module, --workflows MODULE.`;

/** Adds the commands that start a run and act on one. */
export function addRunCommands(program: Command, context: GetContext, finish: Finish): void {
  addRun(program, context, finish);
  addResume(program, context, finish);
  addFork(program, context, finish);
  program
    .command('cancel')
    .description('cancel a run, or ask its worker to')
    .argument('<run>', "the run's id")
    .option('--reason <text>', 'why; kept with the run')
    .addHelpText('after', runsHelp)
    .action(async (run: string, { reason }: { readonly reason?: string }) => {
      const { cancel } = await import('../commands/cancel.js');
      finish(await cancel(context(), { run, reason }));
    });
}

function addRun(program: Command, context: GetContext, finish: Finish): void {
  program
    .command('run')
    .description("run a workflow to its end; prints the run's id first")
    .argument('<file>', 'the workflow: YAML or JSON, or a module (.mjs, .js, .ts) that exports it as code; - is stdin')
    .option('--name <workflow>', 'which one, of a module with several: order, or order@2', parseName)
    .option('--input <json>', 'its input: JSON, or @FILE with JSON in it')
    .addOption(handlersOption())
    .addOption(workflowsOption())
    .option('--detach', "leave it to the workers of its queue; stdout is the run's id")
    .option('--start-after <when>', 'due after a duration (10m) or at an instant; implies --detach', parseStartAfter)
    .option('--queue <queue>', "its queue (default: the workflow's, else default)", parseName)
    .option('--priority <n>', "higher comes first (default: the workflow's, else 0)", parsePriority)
    .option('--key <key>', 'what it is for (a tenant, a repository): workers may limit runs with one key', parseName)
    .addOption(budgetOption("what it may use up in all: tokens=200000,cost=2.50 (default: the workflow's)"))
    .option(
      '--deadline <duration>',
      "how long after now it is ended as failed (default: the workflow's)",
      parseDeadline,
    )
    .option('--idempotency-key <key>', 'the same key gives the same run, however often it is asked for', parseName)
    .addHelpText('after', `${jsonHelp}\nWith --detach stdout is one object.\n${exitStatusHelp}`)
    .action(async (file: string, { detach = false, startAfter, ...options }: RunOptions) => {
      const { name, input, handlers = [], workflows = [], idempotencyKey, queue, priority, key } = options;
      const { budget, deadline } = options;
      const how = { idempotencyKey, queue, priority, concurrencyKey: key, budget, deadline };
      const given = { file, name, input, handlers, workflows, ...how };
      if (detach || startAfter !== undefined) {
        const { enqueue } = await import('../commands/enqueue.js');
        return finish(await enqueue(context(), { ...given, startAfter }));
      }
      const { run } = await import('../commands/run.js');
      finish(await run(context(), given));
    });
}

function addResume(program: Command, context: GetContext, finish: Finish): void {
  program
    .command('resume')
    .description('go on with a run that is not completed, from its checkpoint')
    .argument('<run>', "the run's id")
    .option('--takeover', 'take it from a worker that is not known to be gone')
    .option(
      '--workflow <file>',
      'compare the stored workflow (YAML or JSON) with this file; required for runs of the draft',
    )
    .addOption(
      new Option('--on-drift <what>', 'when they differ').choices(['fail', 'pinned', 'upgrade']).default('fail'),
    )
    .addOption(
      budgetOption('another budget from now on: tokens=200000; what is not named stays, what was used stays used'),
    )
    .option('--deadline <duration>', 'another deadline, so long from now', parseDeadline)
    .addOption(handlersOption())
    .addOption(workflowsOption())
    .addHelpText('after', `${runsHelp}\n${codeHelp}\n${jsonHelp}\n${exitStatusHelp}`)
    .action(async (run: string, options: ResumeOptions) => {
      const { resume } = await import('../commands/resume.js');
      const { takeover = false, workflow, onDrift, handlers = [], workflows = [], budget, deadline } = options;
      finish(await resume(context(), { run, takeover, workflow, onDrift, handlers, workflows, budget, deadline }));
    });
}

function addFork(program: Command, context: GetContext, finish: Finish): void {
  program
    .command('fork')
    .description('make a new run of what a run did before a step, and drive it on from there')
    .argument('<run>', "the run's id")
    .requiredOption('--from <step>', 'the step that is done anew, with all that needs it', parseName)
    .addOption(handlersOption())
    .addOption(workflowsOption())
    .option('--detach', "leave it to the workers of its queue; stdout is the new run's id")
    .option('--queue <queue>', 'its queue (default: that of the run)', parseName)
    .option('--idempotency-key <key>', 'the same key gives the same fork, however often it is asked for', parseName)
    .addHelpText(
      'after',
      `${runsHelp}\n${codeHelp}\n${jsonHelp}\nWith --detach stdout is one object.\n${exitStatusHelp}`,
    )
    .action(async (run: string, { from, detach = false, queue, idempotencyKey, ...modules }: ForkOptions) => {
      const { handlers = [], workflows = [] } = modules;
      const { fork } = await import('../commands/fork.js');
      finish(await fork(context(), { run, from, handlers, workflows, detach, queue, idempotencyKey }));
    });
}

interface ForkOptions extends ModuleOptions {
  readonly from: string;
  readonly detach?: boolean;
  readonly queue?: string;
  readonly idempotencyKey?: string;
}

function budgetOption(description: string): Option {
  return new Option('--budget <limits>', description).argParser(parseBudget);
}

interface Bounds {
  readonly budget?: BudgetDefinition;
  readonly deadline?: string;
}

interface RunOptions extends Bounds, ModuleOptions {
  readonly name?: string;
  readonly input?: string;
  readonly detach?: boolean;
  readonly startAfter?: string | Date;
  readonly queue?: string;
  readonly priority?: number;
  readonly key?: string;
  readonly idempotencyKey?: string;
}

interface ResumeOptions extends Bounds, ModuleOptions {
  readonly takeover?: boolean;
  readonly workflow?: string;
  readonly onDrift: 'fail' | 'pinned' | 'upgrade';
}
