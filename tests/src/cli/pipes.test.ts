import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { bin, runCli, runCliDocument, runIdIn, startCli, startProcess, until } from './support/cli.js';
import { effectsIn, folderWith, gated, openGate } from './support/flows.js';

const db = ['--db', 't.db'];

/** Handlers that write to stdout as careless code does. */
const noisy = `export default {
  noisy: async () => {
    console.log('console.log of a handler');
    process.stdout.write('half a line');
    console.error('console.error of a handler');
    return { said: true };
  },
};`;
const noisyFlow = 'name: noisy\nsteps:\n  - { id: a, type: noisy }\noutput: "${{ steps.a.output.said }}"\n';

it('what handlers print never stands between lines of JSON', async () => {
  const cwd = folderWith({ 'flow.yaml': noisyFlow, 'noisy.mjs': noisy });
  const { status, stdout, stderr } = await runCli(['run', 'flow.yaml', ...db, '--handlers', './noisy.mjs', '--json'], {
    cwd,
  });
  expect(status).toBe(0);
  const types = stdout
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { type: string }).type);
  expect(types).toEqual(['run', 'step_started', 'step_completed', 'workflow_completed', 'result']);
  expect(stderr).toContain('console.log of a handler\n');
  expect(stderr).toContain('half a line\n');
});

it('a run whose reader goes away goes on to its end', async () => {
  const cwd = folderWith({ 'flow.yaml': gated });
  const running = startCli(['run', 'flow.yaml', ...db], { cwd });
  await until('the second step runs', () => effectsIn(cwd).includes('second 1'));
  const runId = runIdIn(running.stdout());
  running.child.stdout?.destroy();
  openGate(cwd);
  expect(await running.ended).toMatchObject({ status: 0, stderr: '' });
  const { document } = await runCliDocument(['show', runId, ...db], { cwd });
  expect(document).toMatchObject({ status: 'completed' });
});

it('a list that is cut off by `head` ends without a word', async () => {
  const steps = Array.from(
    { length: 400 },
    (_, index) => `  - { id: s${index}, type: transform, with: { value: ${index} } }`,
  );
  const cwd = folderWith({ 'flow.yaml': `name: long\nsteps:\n${steps.join('\n')}\n` });
  const runId = runIdIn((await runCli(['run', 'flow.yaml', ...db], { cwd })).stdout);
  const script = `"${process.execPath}" "${bin}" events ${runId} --db t.db | head -1`;
  const { status, stdout, stderr } = await startProcess('sh', ['-c', script], { cwd }).ended;
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^ +1 .* workflow_started +long\n$/);
});

it('a pipe gets no escape sequences, whatever the terminal is called', async () => {
  const cwd = folderWith({ 'flow.yaml': noisyFlow, 'noisy.mjs': noisy });
  const env = { TERM: 'xterm-256color', COLORTERM: 'truecolor', CI: 'true' };
  const argv = ['run', 'flow.yaml', ...db, '--handlers', './noisy.mjs'];
  const { stdout, stderr } = await runCli(argv, { cwd, env });
  expect(stdout + stderr).not.toContain('\u001b');
});

it('input and workflow can come through stdin', async () => {
  const cwd = folderWith({
    'flow.yaml':
      'name: f\nsteps: [{ id: a, type: transform, with: { value: "${{ input.n }}" } }]\noutput: "${{ steps.a.output }}"\n',
    'in.json': '{"n":7}',
  });
  const run = `"${process.execPath}" "${bin}" run --db t.db`;
  const both = `${run} - --input '{"n":6}' < flow.yaml; ${run} flow.yaml --input @- < in.json`;
  const { stdout } = await startProcess('sh', ['-c', both], { cwd }).ended;
  expect(stdout.match(/^output .*$/gm)).toEqual(['output  6', 'output  7']);
});

it('handlers that leave timers behind do not keep the process up', async () => {
  const cwd = folderWith({
    'flow.yaml': 'name: f\nsteps: [{ id: a, type: leaky }]\n',
    'leaky.mjs': 'setInterval(() => {}, 1000); export default { leaky: () => 1 };',
  });
  expect(await runCli(['run', 'flow.yaml', ...db, '--handlers', './leaky.mjs'], { cwd })).toMatchObject({ status: 0 });
});

const hasScript = process.platform === 'linux' && (await commandExists('script'));

it.skipIf(!hasScript)('a terminal gets a picture, and its cursor back', async () => {
  const cwd = folderWith({ 'flow.yaml': noisyFlow, 'noisy.mjs': noisy });
  const command = `"${process.execPath}" "${bin}" run flow.yaml --db t.db --handlers ./noisy.mjs`;
  const { status, stdout } = await startProcess('script', ['-qec', command, '/dev/null'], {
    cwd,
    env: { TERM: 'xterm' },
  }).ended;
  expect(status).toBe(0);
  expect(stdout).toContain('\u001b[?25l');
  expect(stdout.lastIndexOf('\u001b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\u001b[?25l'));
  const lines = stripVTControlCharacters(stdout).split(/\r?\n/);
  expect(lines).toContain('console.log of a handler');
  expect(lines).toContain('console.error of a handler');
  expect(lines.some((line) => /^✔ a +\d+ms$/.test(line))).toBe(true);
  expect(lines.some((line) => /^completed in \S+ · 1 step ran$/.test(line))).toBe(true);
});

async function commandExists(name: string): Promise<boolean> {
  const { execFile } = await import('node:child_process');
  return new Promise((resolve) => execFile('sh', ['-c', `command -v ${name}`], (error) => resolve(error === null)));
}
