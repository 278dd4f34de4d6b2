import type { Command } from 'commander';
import { type Finish, type GetContext, runsHelp } from './shared.js';

/** Adds the commands by which outsiders speak to a run that waits for them. */
export function addAnswerCommands(program: Command, context: GetContext, finish: Finish): void {
  addSignal(program, context, finish);
  addAnswers(program, context, finish);
  program
    .command('resolve')
    .description('say what became of a step that is in doubt')
    .argument('<run>', "the run's id")
    .argument('<step>', "the step's key")
    .option('--completed [json]', 'its effect happened; this is its result (default: null)')
    .option('--failed <why>', 'its effect did not happen, and shall not')
    .option('--retry', 'its effect did not happen: try again')
    .addHelpText('after', runsHelp)
    .action(async (run: string, step: string, { completed, failed, retry = false }: ResolveOptions) => {
      const { resolve } = await import('../commands/resolve.js');
      finish(await resolve(context(), { run, step, completed: completed === true ? '' : completed, failed, retry }));
    });
}

function addSignal(program: Command, context: GetContext, finish: Finish): void {
  program
    .command('signal')
    .description('send a run a signal; it is kept until a step waits for it')
    .argument('<run>', "the run's id")
    .argument('<name>', "the signal's name")
    .argument('[json]', 'its payload')
    .addHelpText('after', runsHelp)
    .action(async (run: string, name: string, payload: string | undefined) => {
      const { signal } = await import('../commands/signal.js');
      finish(await signal(context(), { run, name, payload }));
    });
  program
    .command('pause')
    .description('let a run stand still until it is resumed, or ask its worker to')
    .argument('<run>', "the run's id")
    .option('--reason <text>', 'why; kept with the run')
    .addHelpText('after', runsHelp)
    .action(async (run: string, { reason }: { readonly reason?: string }) => {
      const { pause } = await import('../commands/pause.js');
      finish(await pause(context(), { run, reason }));
    });
}

function addAnswers(program: Command, context: GetContext, finish: Finish): void {
  for (const [name, approved, description] of [
    ['approve', true, 'say yes to an approval that a run waits with'],
    ['reject', false, 'say no to an approval: the step fails'],
  ] as const)
    program
      .command(name)
      .description(description)
      .argument('<run>', "the run's id")
      .argument('<step>', "the approval's step key")
      .option('--by <who>', 'who says so; kept with the answer')
      .option('--comment <text>', 'kept with the answer')
      .addHelpText('after', runsHelp)
      .action(async (run: string, step: string, { by, comment }: AnswerOptions) => {
        const { answer } = await import('../commands/answer.js');
        finish(await answer(context(), { run, step, approved, by, comment }));
      });
}

interface AnswerOptions {
  readonly by?: string;
  readonly comment?: string;
}

interface ResolveOptions {
  readonly completed?: string | true;
  readonly failed?: string;
  readonly retry?: boolean;
}
