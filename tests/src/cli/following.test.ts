import { expect, it } from 'vitest';
import { type Running, runCli, runIdIn, startCli, until } from './support/cli.js';
import { effectsIn, folderWith, gated, openGate } from './support/flows.js';

const db = ['--db', 't.db'];

async function startGated() {
  const cwd = folderWith({ 'flow.yaml': gated });
  const running = startCli(['run', 'flow.yaml', ...db], { cwd });
  await until('the second step runs', () => effectsIn(cwd).includes('second 1'));
  return { cwd, running, runId: runIdIn(running.stdout()) };
}

function typesIn({ stdout }: Pick<Running, 'stdout'>): readonly string[] {
  return stdout()
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { type: string }).type);
}

it('a log is followed while another process writes it, each event once, until the run ends', async () => {
  const { cwd, running, runId } = await startGated();
  const following = startCli(['events', runId, ...db, '--follow', '--json'], { cwd });
  await until('it has caught up', () => following.stdout().includes('"stepKey":"second"'));
  openGate(cwd);
  expect(await running.ended).toMatchObject({ status: 0 });
  expect(await following.ended).toMatchObject({ status: 0, stderr: '' });
  expect(typesIn(following)).toEqual([
    'workflow_started',
    'run_claimed',
    'step_started',
    'step_completed',
    'step_started',
    'step_completed',
    'step_started',
    'step_completed',
    'workflow_completed',
  ]);
});

it('following ends with 0 at Ctrl-C; the run does not mind', async () => {
  const { cwd, running, runId } = await startGated();
  const following = startCli(['events', runId, ...db, '--follow'], { cwd });
  await until('it has caught up', () => following.stdout().includes(' step_started          second'));
  following.child.kill('SIGINT');
  expect(await following.ended).toMatchObject({ status: 0, stderr: '' });
  openGate(cwd);
  expect(await running.ended).toMatchObject({ status: 0 });
});

it('a follower is told when the worker dies, and sees the run go on when it is resumed', async () => {
  const { cwd, running, runId } = await startGated();
  const following = startCli(['events', runId, ...db, '--follow'], { cwd });
  await until('it has caught up', () => following.stdout().includes(' step_started          second'));
  running.child.kill('SIGKILL');
  await until('it is told', () => following.stderr().includes('Waiting, but its worker is gone.'));
  openGate(cwd);
  expect(await runCli(['resume', runId, ...db], { cwd })).toMatchObject({ status: 0 });
  const { status, stdout } = await following.ended;
  expect(status).toBe(0);
  expect(stdout).toMatch(/run_claimed {11}by .*, taken from /);
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/workflow_completed$/);
});
