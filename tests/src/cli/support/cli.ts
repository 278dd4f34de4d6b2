import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

const packageFolder = dirname(createRequire(import.meta.url).resolve('@sisyphus-state/cli/package.json'));
/** The program as it is installed. */
export const bin = join(packageFolder, 'bin', 'sisyphus.mjs');

const deadlineMs = 25_000;
const lookEveryMs = 20;

/** How a process ended, and what it wrote. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that runs. */
export interface Running {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
}

/** How a process is started. */
export interface SpawnOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts `sisyphus` in a process of its own; whatever happens, it is gone when the test is over. */
export function startCli(argv: readonly string[], options: SpawnOptions): Running {
  return startProcess(process.execPath, [bin, ...argv], options);
}

/** Runs `sisyphus` to its end. */
export function runCli(argv: readonly string[], options: SpawnOptions): Promise<Ended> {
  return startCli(argv, options).ended;
}

/** Runs `sisyphus … --json` and gives its one document. */
export async function runCliDocument(argv: readonly string[], options: SpawnOptions) {
  const { status, stdout } = await runCli([...argv, '--json'], options);
  return { status, document: JSON.parse(stdout) as unknown };
}

/** Starts any program, in an environment that says nothing of the developer's own. */
export function startProcess(file: string, argv: readonly string[], { cwd, env = {} }: SpawnOptions): Running {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(file, [...argv], { cwd, env: { PATH, HOME, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      written[stream] += text;
    });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve({ status, signal, ...written }));
  });
  return { child, stdout: () => written.stdout, stderr: () => written.stderr, ended };
}

/** Waits until something holds; fails with `what` when it does not in time. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain: ${what}`);
    await delay(lookEveryMs);
  }
}

/** The id in the first line that `run` and `resume` print. */
export function runIdIn(stdout: string): string {
  const id = /^run ([0-9a-f-]{36}) /.exec(stdout)?.[1];
  if (id === undefined) throw new Error(`No run id at the start of: ${stdout}`);
  return id;
}
