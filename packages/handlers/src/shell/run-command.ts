import { onExit } from 'signal-exit';
import { signalGroup, stopGroup } from './process-group.js';

/** A program to run: no shell between, every argument arrives as it is. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** Whether `env` is added to this process's environment or stands alone. */
  readonly inheritEnv: boolean;
  /** What the program reads on stdin; `undefined`: nothing, stdin is closed. */
  readonly input: string | undefined;
  /** Per stream, in bytes. */
  readonly maxBytes: number;
}

/** How a program ended. */
export type CommandResult =
  | { readonly ended: 'exit'; readonly exitCode: number; readonly stdout: Uint8Array; readonly stderr: Uint8Array }
  | { readonly ended: 'signal'; readonly signal: string; readonly stderr: Uint8Array }
  | { readonly ended: 'too-large' }
  /** It never started; `code` is the system's, such as `ENOENT`. */
  | { readonly ended: 'not-started'; readonly code: string };

/** How long a program has to end itself after SIGTERM, in milliseconds. */
const GRACE_MS = 2_000;

/**
 * Runs a program in a process group of its own and waits for it.
 *
 * On abort the whole group is ended, grandchildren included, and only then does this reject with the signal's reason.
 */
export async function runCommand(command: Command, signal: AbortSignal): Promise<CommandResult> {
  // Loaded when first needed: it would be most of the start-up time of a program that runs no command.
  const { execa } = await import('execa');
  signal.throwIfAborted();
  const child = execa(command.file, command.args, {
    cwd: command.cwd,
    env: command.env,
    extendEnv: command.inheritEnv,
    ...(command.input === undefined ? { stdin: 'ignore' } : { input: command.input }),
    encoding: 'buffer',
    maxBuffer: command.maxBytes,
    stripFinalNewline: false,
    reject: false,
    // A group of its own, so that one signal reaches all descendants; execa's own cleanup does nothing for one.
    detached: true,
    cleanup: false,
  });
  const { pid } = child;
  let stopped: Promise<void> | null = null;
  const stop = () => {
    if (pid !== undefined) stopped ??= stopGroup(pid, GRACE_MS).then(closeOutput);
  };
  // Someone who left the group may still hold them open, and nobody would ever see their end.
  const closeOutput = () => {
    child.stdout.destroy();
    child.stderr.destroy();
  };
  // execa closes a stream that passed its limit and waits on: a program that minds neither must be ended.
  for (const stream of [child.stdout, child.stderr]) stream.once('close', () => stream.readableEnded || stop());
  signal.addEventListener('abort', stop, { once: true });
  const forgetExit = onExit(() => {
    if (pid !== undefined) signalGroup(pid, 'SIGTERM');
  });
  try {
    const result = await child;
    await stopped;
    signal.throwIfAborted();
    return resultOf(result);
  } finally {
    signal.removeEventListener('abort', stop);
    forgetExit();
  }
}

interface Ended {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
  readonly isMaxBuffer: boolean;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

function resultOf({ exitCode, signal, code, isMaxBuffer, stdout, stderr }: Ended): CommandResult {
  if (isMaxBuffer) return { ended: 'too-large' };
  if (exitCode !== undefined) return { ended: 'exit', exitCode, stdout, stderr };
  if (signal !== undefined) return { ended: 'signal', signal, stderr };
  return { ended: 'not-started', code: code ?? 'UNKNOWN' };
}
