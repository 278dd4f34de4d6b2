import { expect, it } from 'vitest';
import { runCli, runCliDocument, runIdIn, startCli, until } from './support/cli.js';
import { effectsIn, folderWith, gated, openGate } from './support/flows.js';

const db = ['--db', 't.db'];

it('a run that was killed with SIGKILL goes on from its checkpoint, at once, and does nothing twice that was done', async () => {
  const cwd = folderWith({ 'flow.yaml': gated });
  const killed = startCli(['run', 'flow.yaml', ...db], { cwd });
  await until('the second step runs', () => effectsIn(cwd).includes('second 1'));
  killed.child.kill('SIGKILL');
  expect(await killed.ended).toMatchObject({ status: null, signal: 'SIGKILL' });
  const runId = runIdIn(killed.stdout());

  const listed = await runCli(['ls', ...db], { cwd });
  expect(listed.stdout).toMatch(new RegExp(`^${runId} +running .* its worker is gone$`, 'm'));
  expect(listed.stderr).toContain(`, or sisyphus resume ${runId} --db t.db`);

  openGate(cwd);
  const resumed = await runCli(['resume', runId.slice(-12), ...db], { cwd });
  expect(resumed).toMatchObject({ status: 0, stderr: '' });
  expect(resumed.stdout).toMatch(/^completed in .* · 2 steps ran, 1 done before\noutput {2}opened\n$/m);
  expect(effectsIn(cwd)).toEqual(['first 1', 'second 1', 'second 2', 'third 1']);

  const { document } = await runCliDocument(['show', runId, ...db], { cwd });
  expect(document).toMatchObject({
    id: runId,
    status: 'completed',
    output: 'opened',
    steps: [
      { stepKey: 'first', status: 'completed', attempts: 1 },
      { stepKey: 'second', status: 'completed', attempts: 2 },
      { stepKey: 'third', status: 'completed', attempts: 1 },
    ],
  });
  expect(await runCli(['verify', ...db], { cwd })).toMatchObject({ status: 0 });
});

it("prints the run's id before its first step is entered, as JSON too", async () => {
  const cwd = folderWith({ 'flow.yaml': gated.replace(/ {2}- \{ id: first.*\n/, '') });
  const killed = startCli(['run', 'flow.yaml', ...db, '--json'], { cwd });
  await until('the step runs', () => effectsIn(cwd).length > 0);
  killed.child.kill('SIGKILL');
  const { stdout } = await killed.ended;
  const { runId } = JSON.parse(stdout.split('\n')[0] ?? '') as { runId: string };
  openGate(cwd);
  const resumed = await runCli(['resume', runId, ...db, '--json'], { cwd });
  expect(resumed.status).toBe(0);
  expect(JSON.parse(resumed.stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
    type: 'result',
    runId,
    output: 'opened',
  });
});

it('a run that somebody works on is refused to a second, with the holder, and can be taken over', async () => {
  const cwd = folderWith({ 'flow.yaml': gated });
  const holder = startCli(['run', 'flow.yaml', ...db], { cwd });
  await until('the second step runs', () => effectsIn(cwd).includes('second 1'));
  const runId = runIdIn(holder.stdout());

  const refused = await runCliDocument(['resume', runId, ...db], { cwd });
  expect(refused).toMatchObject({ status: 1, document: { error: { code: 'RUN_HELD', details: { runId } } } });

  const second = startCli(['resume', runId, ...db, '--takeover'], { cwd });
  await until('the second worker tries the step', () => effectsIn(cwd).includes('second 2'));
  const lost = await holder.ended;
  expect(lost.status).toBe(1);
  expect(lost.stderr).toMatch(/^error LEASE_LOST: /);

  openGate(cwd);
  expect(await second.ended).toMatchObject({ status: 0 });
  expect(effectsIn(cwd).filter((line) => line.startsWith('third'))).toEqual(['third 1']);
  expect(await runCli(['verify', ...db], { cwd })).toMatchObject({ status: 0 });
});

it('a run that is asked for twice under one key is one run: the second caller waits for its end', async () => {
  const cwd = folderWith({ 'flow.yaml': gated });
  const argv = ['run', 'flow.yaml', ...db, '--idempotency-key', 'once'];
  const first = startCli(argv, { cwd });
  await until('the second step runs', () => effectsIn(cwd).includes('second 1'));
  const second = startCli(argv, { cwd });
  await until('the second caller waits', () => second.stderr().includes('is under way at'));
  openGate(cwd);
  const [one, other] = await Promise.all([first.ended, second.ended]);
  expect([one.status, other.status]).toEqual([0, 0]);
  expect(runIdIn(other.stdout)).toBe(runIdIn(one.stdout));
  expect(other.stdout).toContain('output  opened');
  expect(effectsIn(cwd)).toEqual(['first 1', 'second 1', 'third 1']);
});
