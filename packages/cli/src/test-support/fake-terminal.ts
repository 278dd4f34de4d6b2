import { createTerminal, type Terminal, type TerminalSource } from '../terminal/terminal.js';

/** What a test's terminal is; by default a pipe in an empty environment, at the epoch. */
export interface FakeTerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly now?: () => number;
  /** Given: stdout and stderr are a terminal of this size. */
  readonly size?: { readonly columns: number; readonly rows: number };
}

/** A terminal that keeps what is written. For tests. */
export function fakeTerminal(options: FakeTerminalOptions = {}): {
  readonly terminal: Terminal;
  readonly stdout: () => string;
  readonly stderr: () => string;
} {
  const written = { stdout: '', stderr: '' };
  const output = (stream: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      written[stream] += text;
      return true;
    },
    ...(options.size === undefined ? { isTTY: false } : { isTTY: true, ...options.size }),
  });
  const source: TerminalSource = {
    stdout: output('stdout'),
    stderr: output('stderr'),
    env: options.env ?? {},
    cwd: options.cwd ?? '/',
  };
  const terminal = createTerminal(source, options.now ?? (() => 0));
  return { terminal, stdout: () => written.stdout, stderr: () => written.stderr };
}
