import type { Command } from 'commander';
import { type Finish, type GetContext, handlersOption, runsHelp } from './shared.js';

/** Adds the commands that look after workflows, logs and the database. */
export function addUpkeepCommands(program: Command, context: GetContext, finish: Finish): void {
  program
    .command('check')
    .description('say all that is wrong with a workflow, and where')
    .argument('<file>', 'the workflow: YAML or JSON, or a module (.mjs, .js, .ts) that exports it as code; - is stdin')
    .addOption(handlersOption())
    .action(async (file: string, { handlers = [] }: { readonly handlers?: readonly string[] }) => {
      const { check } = await import('../commands/check.js');
      finish(await check(context(), { file, handlers }));
    });
  program
    .command('verify')
    .description('fold the audit logs and compare them with the tables')
    .argument('[run]', "the run's id; default: every run")
    .addHelpText('after', runsHelp)
    .action(async (run: string | undefined) => {
      const { verify } = await import('../commands/verify.js');
      finish(await verify(context(), { run }));
    });
  program
    .command('migrate')
    .description("bring the database to this version's tables, or make it")
    .action(async () => {
      const { migrate } = await import('../commands/migrate.js');
      finish(await migrate(context()));
    });
  program
    .command('handlers')
    .description('list the types that steps can have')
    .addOption(handlersOption())
    .action(async ({ handlers = [] }: { readonly handlers?: readonly string[] }) => {
      const { listHandlers } = await import('../commands/handlers.js');
      finish(await listHandlers(context(), { handlers }));
    });
}
