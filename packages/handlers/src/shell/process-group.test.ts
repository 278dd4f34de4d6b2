import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { eventually, isAlive, pidIn } from '../test-support/eventually.js';
import { temporaryFolder } from '../test-support/temporary-folder.js';
import { signalGroup, stopGroup } from './process-group.js';

async function startGroup(commandLine: string): Promise<{ readonly leader: ChildProcess; readonly groupId: number }> {
  const leader = spawn('/bin/sh', ['-c', commandLine], { detached: true, stdio: 'ignore' });
  const groupId = leader.pid ?? 0;
  onTestFinished(() => {
    if (groupId !== 0) signalGroup(groupId, 'SIGKILL');
  });
  return { leader, groupId };
}

test('a group that minds SIGTERM ends by it, all of it', async () => {
  const file = join(temporaryFolder(), 'pid');
  const { leader, groupId } = await startGroup(`sleep 600 & echo $! > ${file}; wait`);
  const member = await pidIn(file);
  const exited = once(leader, 'exit');
  await stopGroup(groupId, 2_000);
  await exited;
  expect(leader.signalCode).toBe('SIGTERM');
  await eventually('the member is gone', () => !isAlive(member));
});

test('a member that ignores SIGTERM is ended by force, also when its leader has gone', async () => {
  const file = join(temporaryFolder(), 'pid');
  const ignoring = `sh -c 'trap "" TERM; echo $$ > ${file}; while :; do sleep 600; done'`;
  const { groupId } = await startGroup(`${ignoring} & wait`);
  const member = await pidIn(file);
  await stopGroup(groupId, 100);
  await eventually('the member is gone', () => !isAlive(member));
});

test('a group that is already gone takes no time', async () => {
  const { leader, groupId } = await startGroup('exit 0');
  await once(leader, 'exit');
  expect(signalGroup(groupId, 'SIGTERM')).toBe(false);
  await stopGroup(groupId, 2 ** 31 - 1);
});
