import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { rejectionOf } from '../test-support/call-handler.js';
import { countedSignal } from '../test-support/counted-signal.js';
import { eventually, isAlive, pidIn } from '../test-support/eventually.js';
import { temporaryFolder } from '../test-support/temporary-folder.js';
import { type Command, runCommand } from './run-command.js';

const never = new AbortController().signal;
const listenersAtStart = process.listenerCount('SIGTERM');

function commandLine(line: string, more: Partial<Command> = {}): Command {
  const file = '/bin/sh';
  return {
    file,
    args: ['-c', line],
    cwd: undefined,
    env: {},
    inheritEnv: true,
    input: undefined,
    maxBytes: 1000,
    ...more,
  };
}

/** Whatever a failing test leaves behind ends with it. */
function endLater(pid: number): void {
  onTestFinished(() => {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  });
}

test('an abort ends the program with its grandchildren, and rejects with its reason', async () => {
  const folder = temporaryFolder();
  const [child, grandchild] = [join(folder, 'child'), join(folder, 'grandchild')];
  const controller = new AbortController();
  const inner = `sh -c 'echo $$ > ${grandchild}; while :; do sleep 600; done'`;
  const running = rejectionOf(runCommand(commandLine(`${inner} & echo $$ > ${child}; wait`), controller.signal));
  const pids = [await pidIn(child), await pidIn(grandchild)];
  pids.forEach(endLater);
  expect(pids.map(isAlive)).toEqual([true, true]);
  const reason = new Error('lost the lease');
  controller.abort(reason);
  expect(await running).toBe(reason);
  await eventually('both are gone', () => !pids.some(isAlive));
});

test('a grandchild that ignores SIGTERM is ended by force before the promise settles', async () => {
  const file = join(temporaryFolder(), 'pid');
  const controller = new AbortController();
  const inner = `sh -c 'trap "" TERM; echo $$ > ${file}; while :; do sleep 600; done'`;
  const running = rejectionOf(runCommand(commandLine(`${inner} & wait`), controller.signal));
  const grandchild = await pidIn(file);
  endLater(grandchild);
  controller.abort();
  expect(await running).toBe(controller.signal.reason);
  await eventually('the grandchild is gone', () => !isAlive(grandchild));
});

test('a program has time to end itself in order', async () => {
  const folder = temporaryFolder();
  const [started, cleaned] = [join(folder, 'started'), join(folder, 'cleaned')];
  const controller = new AbortController();
  const line = `trap 'echo 1 > ${cleaned}; exit 0' TERM; echo $$ > ${started}; while :; do sleep 0.01; done`;
  const running = rejectionOf(runCommand(commandLine(line), controller.signal));
  endLater(await pidIn(started));
  controller.abort();
  expect(await running).toBe(controller.signal.reason);
  expect(await pidIn(cleaned)).toBe(1);
});

test('somebody who left the group and holds the output open does not hold up an abort', async () => {
  const file = join(temporaryFolder(), 'pid');
  const controller = new AbortController();
  const leaving = `require("child_process").spawn("/bin/sh", ["-c", "echo $$ > ${file}; exec sleep 600"], { detached: true, stdio: "inherit" })`;
  const command = commandLine('', { file: process.execPath, args: ['-e', leaving] });
  const running = rejectionOf(runCommand(command, controller.signal));
  const escaped = await pidIn(file);
  endLater(escaped);
  controller.abort();
  expect(await running).toBe(controller.signal.reason);
  expect(isAlive(escaped)).toBe(true);
});

test('a program that writes too much and then minds nothing is ended with its group', async () => {
  const folder = temporaryFolder();
  const [child, grandchild] = [join(folder, 'child'), join(folder, 'grandchild')];
  const line = `sleep 600 & echo $! > ${grandchild}; echo $$ > ${child}; trap "" PIPE; head -c 2000 /dev/zero; while :; do sleep 600; done`;
  const running = runCommand(commandLine(line), never);
  const pids = [await pidIn(child), await pidIn(grandchild)];
  pids.forEach(endLater);
  expect(await running).toEqual({ ended: 'too-large' });
  await eventually('both are gone', () => !pids.some(isAlive));
});

test('an attempt leaves no listener behind, neither on its signal nor on the process', async () => {
  const { signal, listeners } = countedSignal();
  await runCommand(commandLine('exit 0'), signal);
  await runCommand(commandLine('', { file: 'no-such-program', args: [] }), signal);
  expect(listeners()).toBe(0);
  expect(process.listenerCount('SIGTERM')).toBe(listenersAtStart);
});

test('when this process exits its programs are asked to end', async () => {
  const file = join(temporaryFolder(), 'pid');
  // The built package: a process of its own cannot run TypeScript.
  const code = `
    import { createRegistry, invokeHandler, shell } from '@sisyphus-state/handlers';
    import { existsSync } from 'node:fs';
    const run = { signal: new AbortController().signal, runId: 'r', stepKey: 's', attempt: 1, idempotencyKey: 'r:s' };
    const input = { command: 'echo $$ > ${file}; while :; do sleep 600; done', shell: true };
    void invokeHandler(createRegistry([shell]).get('shell'), { input, run });
    setInterval(() => existsSync('${file}') && process.exit(0), 10);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: import.meta.dirname,
    stdio: 'inherit',
  });
  const program = await pidIn(file);
  endLater(program);
  if (child.exitCode === null) await once(child, 'exit');
  await eventually('the program is gone', () => !isAlive(program));
});
