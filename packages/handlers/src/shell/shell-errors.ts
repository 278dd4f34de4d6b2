import { stat } from 'node:fs/promises';
import { HandlerError, TerminalError } from '../errors.js';
import type { ShellInput } from './shell-input.js';

const STDERR_KEPT_CHARS = 2_000;
const STDERR_SHOWN_CHARS = 300;

/** The program ended with a code or a signal that means failure: the step's policy decides what follows. */
export function exitError(
  input: ShellInput,
  ended: { readonly exitCode: number | null; readonly signal: string | null; readonly stderr: string },
): HandlerError {
  const { exitCode, signal } = ended;
  const stderr = tail(ended.stderr.trimEnd(), STDERR_KEPT_CHARS);
  const how = signal === null ? `exited with code ${exitCode}` : `was ended by ${signal}`;
  const said = stderr === '' ? 'It wrote nothing to stderr.' : `Its stderr ends: ${tail(stderr, STDERR_SHOWN_CHARS)}`;
  return new HandlerError(`${nameOf(input)} ${how}. ${said}`, {
    code: 'SHELL_EXIT_CODE',
    details: { exitCode, signal, stderr },
  });
}

/** The program wrote more than `maxBuffer` and was stopped. */
export function tooLargeError(input: ShellInput): TerminalError {
  const { maxBuffer } = input;
  return new TerminalError(
    `${nameOf(input)} wrote more than ${maxBuffer} bytes to stdout or stderr and was stopped. Let it write less or to a file, or raise with.maxBuffer.`,
    { code: 'SHELL_OUTPUT_TOO_LARGE', details: { maxBuffer } },
  );
}

/** The program's stdout was to be parsed as JSON and is none. */
export function notJsonError(input: ShellInput, cause: unknown): HandlerError {
  // Not terminal: a program that asks a network or a model may well answer properly next time.
  return new HandlerError(`${nameOf(input)} wrote no JSON to stdout, which with.parse "json" asks for.`, {
    code: 'SHELL_OUTPUT_NOT_JSON',
    cause,
  });
}

/** Why the program never started: its folder is missing, itself is missing, or the system refused it with `code`. */
export async function notStartedError(input: ShellInput, code: string): Promise<HandlerError> {
  const { cwd } = input;
  // The system reports a missing folder and a missing program alike.
  if (cwd !== undefined && !(await isFolder(cwd))) {
    return new TerminalError(
      `There is no folder ${JSON.stringify(cwd)} to run ${nameOf(input)} in. Correct with.cwd.`,
      {
        code: 'SHELL_CWD_NOT_FOUND',
        details: { cwd },
      },
    );
  }
  if (code === 'ENOENT') {
    return new TerminalError(`${nameOf(input)} was not found. Install it, or correct with.command or PATH.`, {
      code: 'SHELL_COMMAND_NOT_FOUND',
      details: { command: input.shell ? '/bin/sh' : input.command },
    });
  }
  const message = `${nameOf(input)} could not be started (${code}${REMEDIES.get(code) ?? ''}).`;
  const options = { code: 'SHELL_START_FAILED', details: { code } };
  return REMEDIES.has(code) ? new TerminalError(message, options) : new HandlerError(message, options);
}

// These do not pass by themselves; others, such as EAGAIN and EMFILE, may.
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ['EACCES', ': it is no program, or this user may not run it'],
  ['ENOTDIR', ': a part of its path is not a folder'],
  ['E2BIG', ': its arguments and environment are too long; hand long texts over with.input or in a file'],
  ['ENAMETOOLONG', ': its name is too long'],
  ['ELOOP', ': its path is a loop of symbolic links'],
]);

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

// Never the arguments, nor a shell's command line: people put secrets there, and errors are kept.
function nameOf(input: ShellInput): string {
  return input.shell ? 'The command line' : `The command ${JSON.stringify(input.command)}`;
}

function tail(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `…${text.slice(-maxChars)}`;
}
