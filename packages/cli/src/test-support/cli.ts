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

/** Runs a command line with `--json` and gives its one document. */
export async function cliDocument(
  cwd: string,
  argv: readonly string[],
): Promise<{ status: number; document: unknown }> {
  const { status, stdout } = await cli(cwd, [...argv, '--json']);
  return { status, document: JSON.parse(stdout) };
}
