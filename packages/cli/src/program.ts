import { Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from './commands/command.js';
import { parseLimit, parseStatuses } from './input/parse-options.js';
import type { Terminal } from './terminal/terminal.js';

/** Told of the exit status of the command that ran. */
export type Finish = (status: number) => void;

const environmentHelp = `
Environment:
  SISYPHUS_DB      the database, where --db does not name it
  SISYPHUS_DEBUG   1 shows the stack of errors
  NO_COLOR         any value: no colours`;

const exitStatusHelp = `
Exit status:
  0  the run completed, or the command did what it was asked
  1  the run failed or was cancelled, a log does not hold, or the database refused
  2  the command, the workflow, its input or its handlers are not right; nothing was started
  3  the run waits for somebody: waiting, paused, or with a step in doubt
  130, 143  stopped by SIGINT (Ctrl-C) or SIGTERM; the run can be resumed`;

const runsHelp = `
RUN is a run's id, or as much of its start or end (4 characters at least) as no other run has.`;

const jsonHelp = `
With --json each line of stdout is an object: first {"type":"run"} with the run's id, then one for each
committed change and log line, last {"type":"result"} with status, output, context and error.`;

/** The program with all its commands; each loads its own code when it is run. */
export function createProgram(terminal: Terminal, version: string, finish: Finish): Command {
  const program = new Command('sisyphus')
    .description('Durable workflows in a SQLite file: run, resume, look at and verify them.')
    .version(version)
    .option(
      '--db <location>',
      'the database: a file, :memory: or a postgres:// address (default: SISYPHUS_DB, then ~/.opencode/sisyphus-state.db)',
    )
    .option('--json', 'print JSON, and nothing else, on stdout')
    .configureHelp({ showGlobalOptions: true })
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', `${environmentHelp}\n${exitStatusHelp}`);
  const context = (): CommandContext => {
    const { db, json = false } = program.opts<{ db?: string; json?: boolean }>();
    return { terminal, db, json };
  };
  addRunCommands(program, context, finish);
  addLookCommands(program, context, finish);
  addUpkeepCommands(program, context, finish);
  return program;
}

type GetContext = () => CommandContext;

function addRunCommands(program: Command, context: GetContext, finish: Finish): void {
  program
    .command('run')
    .description("run a workflow to its end; prints the run's id first")
    .argument('<file>', 'the workflow, YAML or JSON; - is stdin')
    .option('--input <json>', 'its input: JSON, or @FILE with JSON in it')
    .addOption(handlersOption())
    .option('--idempotency-key <key>', 'the same key gives the same run, however often it is asked for')
    .addHelpText('after', `${jsonHelp}\n${exitStatusHelp}`)
    .action(async (file: string, options: RunOptions) => {
      const { run } = await import('./commands/run.js');
      const { input, handlers = [], idempotencyKey } = options;
      finish(await run(context(), { file, input, handlers, idempotencyKey }));
    });
  program
    .command('resume')
    .description('go on with a run that is not completed, from its checkpoint')
    .argument('<run>', "the run's id")
    .option('--takeover', 'take it from a worker that is not known to be gone')
    .option('--workflow <file>', 'compare the stored workflow with this file; required for runs of the draft')
    .addOption(
      new Option('--on-drift <what>', 'when they differ').choices(['fail', 'pinned', 'upgrade']).default('fail'),
    )
    .addOption(handlersOption())
    .addHelpText('after', `${runsHelp}\n${jsonHelp}\n${exitStatusHelp}`)
    .action(async (run: string, options: ResumeOptions) => {
      const { resume } = await import('./commands/resume.js');
      const { takeover = false, workflow, onDrift, handlers = [] } = options;
      finish(await resume(context(), { run, takeover, workflow, onDrift, handlers }));
    });
  program
    .command('cancel')
    .description('cancel a run, or ask its worker to')
    .argument('<run>', "the run's id")
    .option('--reason <text>', 'why; kept with the run')
    .addHelpText('after', runsHelp)
    .action(async (run: string, { reason }: { readonly reason?: string }) => {
      const { cancel } = await import('./commands/cancel.js');
      finish(await cancel(context(), { run, reason }));
    });
}

function addLookCommands(program: Command, context: GetContext, finish: Finish): void {
  program
    .command('ls')
    .description('list runs, newest first')
    .option('--status <status>', 'only these, separated by commas', parseStatuses)
    .option('--name <name>', 'only runs of this workflow')
    .option('--limit <n>', 'how many at most', parseLimit, 50)
    .action(async ({ status, name, limit }: LsOptions) => {
      const { ls } = await import('./commands/ls.js');
      finish(await ls(context(), { status, name, limit }));
    });
  program
    .command('show')
    .description('show a run and its steps')
    .argument('<run>', "the run's id")
    .option('--all', 'each item of a foreach, also those that went well')
    .addHelpText('after', runsHelp)
    .action(async (run: string, { all = false }: { readonly all?: boolean }) => {
      const { show } = await import('./commands/show.js');
      finish(await show(context(), { run, all }));
    });
  program
    .command('events')
    .description("show a run's audit log, oldest first")
    .argument('<run>', "the run's id")
    .option('-f, --follow', 'go on until the run ends or Ctrl-C; with --json an event a line')
    .addHelpText('after', runsHelp)
    .action(async (run: string, { follow = false }: { readonly follow?: boolean }) => {
      const { events } = await import('./commands/events.js');
      finish(await events(context(), { run, follow }));
    });
}

function addUpkeepCommands(program: Command, context: GetContext, finish: Finish): void {
  program
    .command('check')
    .description('say all that is wrong with a workflow, and where')
    .argument('<file>', 'the workflow, YAML or JSON; - is stdin')
    .addOption(handlersOption())
    .action(async (file: string, { handlers = [] }: { readonly handlers?: readonly string[] }) => {
      const { check } = await import('./commands/check.js');
      finish(await check(context(), { file, handlers }));
    });
  program
    .command('verify')
    .description('fold the audit logs and compare them with the tables')
    .argument('[run]', "the run's id; default: every run")
    .addHelpText('after', runsHelp)
    .action(async (run: string | undefined) => {
      const { verify } = await import('./commands/verify.js');
      finish(await verify(context(), { run }));
    });
  program
    .command('migrate')
    .description("bring the database to this version's tables, or make it")
    .action(async () => {
      const { migrate } = await import('./commands/migrate.js');
      finish(await migrate(context()));
    });
  program
    .command('handlers')
    .description('list the types that steps can have')
    .addOption(handlersOption())
    .action(async ({ handlers = [] }: { readonly handlers?: readonly string[] }) => {
      const { listHandlers } = await import('./commands/handlers.js');
      finish(await listHandlers(context(), { handlers }));
    });
}

function handlersOption(): Option {
  return new Option(
    '--handlers <module>',
    'a module with more handlers: a file or a package; may be repeated',
  ).argParser((name: string, earlier: readonly string[] = []) => {
    if (name === '') throw new InvalidArgumentError('Name a file or a package.');
    return [...earlier, name];
  });
}

interface RunOptions {
  readonly input?: string;
  readonly handlers?: readonly string[];
  readonly idempotencyKey?: string;
}

interface ResumeOptions {
  readonly takeover?: boolean;
  readonly workflow?: string;
  readonly onDrift: 'fail' | 'pinned' | 'upgrade';
  readonly handlers?: readonly string[];
}

interface LsOptions {
  readonly status?: ReturnType<typeof parseStatuses>;
  readonly name?: string;
  readonly limit: number;
}
