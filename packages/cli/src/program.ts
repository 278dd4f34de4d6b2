import { Command } from 'commander';
import type { CommandContext } from './commands/command.js';
import { parseName } from './input/parse-options.js';
import { addAnswerCommands } from './program/answer-commands.js';
import { addLookCommands } from './program/look-commands.js';
import { addRunCommands } from './program/run-commands.js';
import { exitStatusHelp, type Finish } from './program/shared.js';
import { addUpkeepCommands } from './program/upkeep-commands.js';
import { addWorkCommand } from './program/work-command.js';
import type { Terminal } from './terminal/terminal.js';

const environmentHelp = `
Environment:
  SISYPHUS_DB      the database, where --db does not name it
  SISYPHUS_DEBUG   1 shows the stack of errors
  NO_COLOR         any value: no colours`;

/** The program with all its commands; each loads its own code when it is run. */
export function createProgram(terminal: Terminal, version: string, finish: Finish): Command {
  const program = new Command('sisyphus')
    .description('Durable workflows in a SQLite file or PostgreSQL: run, resume, look at and verify them.')
    .version(version)
    .option(
      '--db <location>',
      'the database: a file, :memory: or a postgres:// address (default: SISYPHUS_DB, then ~/.opencode/sisyphus-state.db)',
    )
    .option('--namespace <name>', 'whose runs (default: default)', parseName)
    .option('--json', 'print JSON, and nothing else, on stdout')
    .configureHelp({ showGlobalOptions: true })
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', `${environmentHelp}\n${exitStatusHelp}`);
  const context = (): CommandContext => {
    const { db, namespace, json = false } = program.opts<GlobalOptions>();
    return { terminal, db, namespace, json };
  };
  addRunCommands(program, context, finish);
  addAnswerCommands(program, context, finish);
  addWorkCommand(program, context, finish);
  addLookCommands(program, context, finish);
  addUpkeepCommands(program, context, finish);
  return program;
}

interface GlobalOptions {
  readonly db?: string;
  readonly namespace?: string;
  readonly json?: boolean;
}
