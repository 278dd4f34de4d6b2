import { main } from '../main.js';
import { type FakeTerminalOptions, fakeTerminal } from './fake-terminal.js';

/** What a command line did. */
export interface CliResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, in a folder. */
export async function cli(cwd: string, argv: readonly string[], options: FakeTerminalOptions = {}): Promise<CliResult> {
  const { terminal, stdout, stderr } = fakeTerminal({ now: Date.now, ...options, cwd });
  const status = await main(argv, terminal);
  return { status, stdout: stdout(), stderr: stderr() };
}

/** A while later than it is: what is due has been due for longer than a worker needs to take it. */
export const later: FakeTerminalOptions = { now: () => Date.now() + 5000 };

/** Runs a command line with `--json` and gives its one document. */
export async function cliDocument(
  cwd: string,
  argv: readonly string[],
  options: FakeTerminalOptions = {},
): Promise<{ status: number; document: unknown }> {
  const { status, stdout } = await cli(cwd, [...argv, '--json'], options);
  return { status, document: JSON.parse(stdout) };
}
