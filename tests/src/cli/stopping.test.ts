import { expect, it } from 'vitest';
import { runCli, runCliDocument, runIdIn, startCli, until } from './support/cli.js';
import { effectsIn, folderWith, gated, openGate } from './support/flows.js';
import { childrenOf, exists } from './support/processes.js';

const db = ['--db', 't.db'];

async function startGated() {
  const cwd = folderWith({ 'flow.yaml': gated });
  const running = startCli(['run', 'flow.yaml', ...db], { cwd });
  await until('the second step runs', () => effectsIn(cwd).includes('second 1'));
  return { cwd, running, runId: runIdIn(running.stdout()) };
}

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'the first %s lets the step in hand finish, gives the run back and says how to go on',
  async (signal, status) => {
    const { cwd, running, runId } = await startGated();
    running.child.kill(signal);
    await until('it says so', () => running.stderr().includes('Stopping once the steps in hand are done'));
    openGate(cwd);
    const ended = await running.ended;
    expect(ended.status).toBe(status);
    expect(ended.stdout).toContain(`second completed in `);
    expect(ended.stdout).toContain(
      `stopped by ${signal} · 2 steps ran\nTo go on from there:\n  sisyphus resume ${runId} --db t.db\n`,
    );
    expect(effectsIn(cwd)).toEqual(['first 1', 'second 1']);

    const { document } = await runCliDocument(['show', runId, ...db], { cwd });
    expect(document).toMatchObject({ status: 'pending', steps: [{ status: 'completed' }, { status: 'completed' }] });
    expect(await runCli(['resume', runId, ...db], { cwd })).toMatchObject({ status: 0 });
    expect(effectsIn(cwd)).toEqual(['first 1', 'second 1', 'third 1']);
  },
);

it('a later signal ends the process at once, and the programs it runs with it', async () => {
  const { cwd, running, runId } = await startGated();
  const programs = childrenOf(running.child.pid);
  expect(programs).not.toEqual([]);
  let isOver = false;
  void running.ended.then(() => {
    isOver = true;
  });
  await until('it ends', () => {
    if (!isOver) running.child.kill('SIGINT');
    return isOver;
  });
  const ended = await running.ended;
  expect(ended.status).toBe(130);
  expect(ended.stderr).toContain(`Stopped at once. To go on: sisyphus resume ${runId} --db t.db`);
  await until('its programs are gone', () => programs.every((pid) => !exists(pid)));

  openGate(cwd);
  expect(await runCli(['resume', runId, ...db], { cwd })).toMatchObject({ status: 0 });
  expect(effectsIn(cwd)).toEqual(['first 1', 'second 1', 'second 2', 'third 1']);
});

it('a run that is cancelled from another process stops its step and ends with 1', async () => {
  const { cwd, running, runId } = await startGated();
  const asked = await runCli(['cancel', runId, ...db, '--reason', 'wrong repo'], { cwd });
  expect(asked).toMatchObject({ status: 0 });
  expect(asked.stdout).toContain('Asked its worker');
  const ended = await running.ended;
  expect(ended.status).toBe(1);
  expect(ended.stdout).toMatch(/^cancelled: wrong repo in /m);
  const { document } = await runCliDocument(['show', runId, ...db], { cwd });
  expect(document).toMatchObject({ status: 'cancelled', steps: [{ status: 'completed' }, { status: 'cancelled' }] });
});

it('a step that must not run twice and was cut off is in doubt: status 3', async () => {
  const cwd = folderWith({ 'flow.yaml': gated.replace('id: second\n', 'id: second\n    delivery: at-most-once\n') });
  const killed = startCli(['run', 'flow.yaml', ...db], { cwd });
  await until('the second step runs', () => effectsIn(cwd).includes('second 1'));
  killed.child.kill('SIGKILL');
  await killed.ended;
  openGate(cwd);
  const resumed = await runCli(['resume', runIdIn(killed.stdout()), ...db], { cwd });
  expect(resumed.status).toBe(3);
  expect(resumed.stdout).toMatch(/^in doubt at step second .*\nIt was cut off and may not run twice\. /m);
  expect(effectsIn(cwd)).toEqual(['first 1', 'second 1']);

  const resolve = ['resolve', runIdIn(killed.stdout()), 'second', ...db, '--completed', '{"stdout":"found out"}'];
  expect(resumed.stdout).toContain(`  sisyphus resolve ${runIdIn(killed.stdout())} second --db t.db\n`);
  expect(await runCli(resolve, { cwd })).toMatchObject({ status: 0 });
  expect(await runCli(['work', '--until-idle', ...db], { cwd })).toMatchObject({ status: 0 });
  expect(effectsIn(cwd)).toEqual(['first 1', 'second 1', 'third 1']);
});
