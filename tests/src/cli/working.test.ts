import { expect, it } from 'vitest';
import { type Running, runCli, runCliDocument, startCli, until } from './support/cli.js';
import { effectsIn, folderWith, gated, openGate } from './support/flows.js';
import { childrenOf, exists } from './support/processes.js';

const db = ['--db', 't.db'];

/** A worker that has said what it works on. */
async function startWorker(cwd: string, ...options: readonly string[]): Promise<Running> {
  const worker = startCli(['work', ...db, ...options], { cwd });
  await until('the worker is there', () => worker.stdout().includes('handlers '));
  return worker;
}

async function leave(cwd: string, ...options: readonly string[]): Promise<string> {
  const { status, stdout } = await runCli(['run', 'flow.yaml', '--detach', ...db, ...options], { cwd });
  expect(status).toBe(0);
  return stdout.trim();
}

/** A worker in the middle of the second step of a run. */
async function startGated() {
  const cwd = folderWith({ 'flow.yaml': gated });
  const runId = await leave(cwd);
  const worker = await startWorker(cwd);
  await until('the second step runs', () => effectsIn(cwd).includes('second 1'));
  return { cwd, runId, worker };
}

it('a worker takes what another process leaves, and stops in order', async () => {
  const cwd = folderWith({ 'flow.yaml': gated });
  const worker = await startWorker(cwd, '--queue', 'mail', '--queue', 'web');
  const other = await leave(cwd, '--queue', 'elsewhere');
  const runId = await leave(cwd, '--queue', 'web');
  openGate(cwd);
  await until('the run is completed', () => worker.stdout().includes(`${runId} gated completed in `));
  worker.child.kill('SIGINT');
  const { status, stdout, stderr } = await worker.ended;
  expect({ status, stderr }).toEqual({ status: 0, stderr: 'Stopping.\n' });
  expect(stdout).toMatch(/^stopped by SIGINT after .* · 1 completed$/m);
  expect(stdout).not.toContain(other);
  expect(effectsIn(cwd)).toEqual(['first 1', 'second 1', 'third 1']);
});

it('a run whose worker is killed is taken on by another one; what was done is not done again', async () => {
  const { cwd, runId, worker } = await startGated();
  const second = await startWorker(cwd);
  worker.child.kill('SIGKILL');
  await worker.ended;
  openGate(cwd);
  await until('the run is completed', () => second.stdout().includes(`${runId} gated completed in `));
  const [, killed = ''] = /^worker +(\S+)$/m.exec(worker.stdout()) ?? [];
  expect(second.stdout()).toContain(`${runId} gated taken from ${killed}\n`);
  expect(effectsIn(cwd)).toEqual(['first 1', 'second 1', 'second 2', 'third 1']);
  expect(await runCli(['verify', ...db], { cwd })).toMatchObject({ status: 0 });
});

it.each(['SIGINT', 'SIGTERM'] as const)(
  'the first %s lets the step in hand finish and gives the run back',
  async (signal) => {
    const { cwd, runId, worker } = await startGated();
    worker.child.kill(signal);
    await until('it says so', () =>
      worker.stderr().includes('Stopping: 1 run in hand, given back once its step is done.'),
    );
    openGate(cwd);
    const { status, stdout } = await worker.ended;
    expect(status).toBe(0);
    expect(stdout).toContain(`${runId} gated given back: anybody can go on with it\n`);
    expect(stdout).toMatch(new RegExp(`^stopped by ${signal} after .* · 1 given back$`, 'm'));
    expect(effectsIn(cwd)).toEqual(['first 1', 'second 1']);

    expect(await runCli(['work', '--until-idle', ...db], { cwd })).toMatchObject({ status: 0 });
    expect(effectsIn(cwd)).toEqual(['first 1', 'second 1', 'third 1']);
  },
);

it('a later signal aborts the step in hand, with the programs it runs, and gives the run back', async () => {
  const { cwd, runId, worker } = await startGated();
  const programs = childrenOf(worker.child.pid);
  expect(programs).not.toEqual([]);
  let isOver = false;
  void worker.ended.then(() => {
    isOver = true;
  });
  await until('it stops at once', () => {
    if (!isOver && !worker.stderr().includes('Stopping at once')) worker.child.kill('SIGINT');
    return isOver;
  });
  const { status, stdout } = await worker.ended;
  expect(status).toBe(130);
  expect(stdout).toContain(`${runId} gated given back: `);
  await until('its programs are gone', () => programs.every((pid) => !exists(pid)));
  const { document } = await runCliDocument(['show', runId, ...db], { cwd });
  expect(document).toMatchObject({ status: 'pending', steps: [{ status: 'completed' }, { status: 'running' }] });

  openGate(cwd);
  expect(await runCli(['work', '--until-idle', ...db], { cwd })).toMatchObject({ status: 0 });
  expect(effectsIn(cwd)).toEqual(['first 1', 'second 1', 'second 2', 'third 1']);
});

const nap = `name: nap
steps:
  - { id: nap, type: sleep, with: { for: 1500ms } }
  - { id: after, type: shell, with: { command: sh, args: [-c, 'echo "after $SISYPHUS_ATTEMPT" >> effects'] } }
`;

it('a parked run is gone on with when its time has come, by a worker or by the process that started it', async () => {
  const cwd = folderWith({ 'flow.yaml': nap });
  const worker = await startWorker(cwd);
  const runId = await leave(cwd);
  await until('the run is completed', () => worker.stdout().includes(`${runId} nap completed in `));
  expect(worker.stdout()).toMatch(new RegExp(`^${runId} nap waiting until .* \\(sleep nap\\)$`, 'm'));
  worker.child.kill('SIGINT');
  expect(await worker.ended).toMatchObject({ status: 0 });

  const alone = await runCli(['run', 'flow.yaml', ...db], { cwd });
  expect(alone.status).toBe(0);
  expect(alone.stdout).toMatch(/^completed in /m);
  expect(effectsIn(cwd)).toEqual(['after 1', 'after 1']);
});

it('a process that waits for its parked run stops at once when it is asked to', async () => {
  const cwd = folderWith({ 'flow.yaml': nap.replace('1500ms', '50s') });
  const running = startCli(['run', 'flow.yaml', ...db], { cwd });
  await until('the run waits', () => running.stdout().includes('nap waits until '));
  running.child.kill('SIGINT');
  const { status, stdout } = await running.ended;
  expect(status).toBe(130);
  expect(stdout).toMatch(/^stopped by SIGINT .*\nTo go on from there:$/m);
});

it('with --json every line of a worker is an object, whatever handlers print', async () => {
  const cwd = folderWith({
    'flow.yaml': 'name: chatty\nsteps: [{ id: a, type: chat }]\n',
    'chat.mjs': 'export default { chat: () => console.log("hello from a handler") };\n',
  });
  await leave(cwd);
  const ended = await runCli(['work', '--until-idle', '--json', '--handlers', './chat.mjs', ...db], { cwd });
  expect(ended).toMatchObject({ status: 0, stderr: 'hello from a handler\n' });
  const types = ended.stdout
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { type: string }).type);
  expect(types).toEqual(['worker', 'run', 'step_started', 'step_completed', 'workflow_completed', 'left', 'end']);
});
