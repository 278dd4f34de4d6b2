import { readFile } from 'node:fs/promises';
import { CommanderError } from 'commander';
import { exitStatus, exitStatusOf } from './errors/exit-status.js';
import { codeOf, reportError } from './errors/report-error.js';
import { UsageError } from './errors/usage-error.js';
import { createProgram } from './program.js';
import { createTerminal, type Terminal } from './terminal/terminal.js';

/** Runs one command line (without the program's own name) and gives its exit status; errors are reported, never thrown. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  let status: number = exitStatus.done;
  const said: string[] = [];
  const program = createProgram(terminal, await readVersion(), (given) => {
    status = given;
  });
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => terminal.writeOut(text),
      writeErr: (text) => said.push(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      getOutHelpWidth: () => Math.min(terminal.columns, 120),
      getErrHelpWidth: () => Math.min(terminal.columns, 120),
    });
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitStatus.done;
    const json = argv.includes('--json');
    const reported = error instanceof CommanderError ? toUsageError(error, said.join(''), json) : error;
    reportError(reported, terminal, json);
    return exitStatusOf(codeOf(reported));
  }
}

/** Runs this process's own command line, and ends the process with its status. */
export async function start(): Promise<void> {
  const { stdout, stderr, env, argv } = process;
  const terminal = createTerminal({ stdout, stderr, env, cwd: process.cwd() });
  // A pipe that nobody reads any more (`| head`) is no fault: a run goes on, a list has been read.
  for (const stream of [stdout, stderr]) stream.on('error', (error) => onWriteError(error, terminal));
  process.on('uncaughtException', (error) => {
    // A handler's own stray promise, most likely. The run stands at its last checkpoint.
    reportError(error, terminal, argv.includes('--json'));
    process.exit(exitStatus.failed);
  });
  const status = await main(argv.slice(2), terminal);
  await Promise.all([flush(stdout), flush(stderr)]);
  // Handler modules may leave timers and sockets behind, which must not keep the process up.
  process.exit(status);
}

function onWriteError(error: NodeJS.ErrnoException, terminal: Terminal): void {
  if (error.code === 'EPIPE') return;
  reportError(error, terminal, false);
  process.exit(exitStatus.failed);
}

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}

/** What commander said of a wrong command line ends in a hint of what was meant: all of it is the message. */
function toUsageError(error: CommanderError, said: string, json: boolean): UsageError {
  const hint = 'See `sisyphus --help`.';
  if (error.code === 'commander.help')
    return new UsageError('USAGE', json ? `No command. ${hint}` : `No command.\n\n${said.trim()}`);
  const message = (said.trim() || error.message).replace(/^error: /, '');
  return new UsageError('USAGE', `${message}\n${hint}`);
}

async function readVersion(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest && typeof manifest.version === 'string' ? manifest.version : 'unknown';
}
