import { defineHandler } from '../define-handler.js';
import type { HandlerRun } from '../handler.js';
import { type Command, runCommand } from './run-command.js';
import { exitError, notJsonError, notStartedError, tooLargeError } from './shell-errors.js';
import { type ShellInput, shellInput } from './shell-input.js';

/** What a `shell` step leaves; a final line end is dropped, bytes that are no UTF-8 become U+FFFD. */
export interface ShellOutput {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of stdout; none when it was empty. */
  readonly lines: readonly string[];
  /** With `parse: json`. */
  readonly json?: unknown;
}

/**
 * Runs a program: `shell`.
 *
 * No shell is between unless `with.shell` asks for one, so arguments arrive as they are. The program finds the step's
 * identity in `SISYPHUS_RUN_ID`, `SISYPHUS_STEP_KEY`, `SISYPHUS_ATTEMPT` and `SISYPHUS_IDEMPOTENCY_KEY`.
 * Errors: `SHELL_EXIT_CODE`, `SHELL_COMMAND_NOT_FOUND`, `SHELL_CWD_NOT_FOUND`, `SHELL_START_FAILED`,
 * `SHELL_OUTPUT_TOO_LARGE`, `SHELL_OUTPUT_NOT_JSON`.
 */
export const shell = defineHandler({
  type: 'shell',
  description: 'Runs a program and keeps what it wrote.',
  input: shellInput,
  async run(input: ShellInput, run: HandlerRun): Promise<ShellOutput> {
    const result = await runCommand(commandOf(input, run), run.signal);
    if (result.ended === 'not-started') throw await notStartedError(input, result.code);
    if (result.ended === 'too-large') throw tooLargeError(input);
    const stderr = decode(result.stderr);
    if (result.ended === 'signal') throw exitError(input, { exitCode: null, signal: result.signal, stderr });
    const { exitCode } = result;
    if (exitCode !== 0 && !input.allowExitCodes.includes(exitCode)) {
      throw exitError(input, { exitCode, signal: null, stderr });
    }
    return { exitCode, ...parse(input, decode(result.stdout)), stderr: withoutFinalLineEnd(stderr) };
  },
});

function commandOf(input: ShellInput, run: HandlerRun): Command {
  return {
    ...(input.shell
      ? { file: '/bin/sh', args: ['-c', input.command, 'sh', ...input.args] }
      : { file: input.command, args: input.args }),
    cwd: input.cwd,
    env: {
      ...input.env,
      SISYPHUS_RUN_ID: run.runId,
      SISYPHUS_STEP_KEY: run.stepKey,
      SISYPHUS_ATTEMPT: String(run.attempt),
      SISYPHUS_IDEMPOTENCY_KEY: run.idempotencyKey,
    },
    inheritEnv: input.inheritEnv,
    input: input.input,
    maxBytes: input.maxBuffer,
  };
}

function parse(input: ShellInput, stdout: string): Pick<ShellOutput, 'stdout' | 'lines' | 'json'> {
  if (input.parse === 'json') return { stdout: '', lines: [], json: parseJson(input, stdout) };
  const text = withoutFinalLineEnd(stdout);
  const lines = stdout === '' ? [] : text.split(/\r?\n/);
  return { stdout: input.parse === 'lines' ? '' : text, lines };
}

function parseJson(input: ShellInput, stdout: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch (error) {
    throw notJsonError(input, error);
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function withoutFinalLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}
