import { describe, expect, it } from 'vitest';
import { runCli, runCliDocument, runIdIn, startCli, until } from './support/cli.js';
import { codeFolderWith, gatedCode } from './support/code.js';
import { effectsIn, folderWith, openGate } from './support/flows.js';

const db = ['--db', 't.db'];
const workflows = ['--workflows', './gated.mjs'];

async function startGated() {
  const cwd = codeFolderWith({ 'gated.mjs': gatedCode });
  const running = startCli(['run', 'gated.mjs', ...db], { cwd });
  await until('the second step runs', () => effectsIn(cwd).includes('second 1'));
  return { cwd, running, runId: runIdIn(running.stdout()) };
}

it('a run of code that was killed with SIGKILL goes on from its checkpoint, and does nothing twice that was done', async () => {
  const { cwd, running, runId } = await startGated();
  running.child.kill('SIGKILL');
  expect(await running.ended).toMatchObject({ signal: 'SIGKILL' });

  const without = await runCli(['resume', runId, ...db], { cwd });
  expect(without).toMatchObject({ status: 2, stdout: '' });
  expect(without.stderr).toMatch(/^error DEFINITION_MISSING: .*"gated" version 3.*--workflows MODULE/);

  openGate(cwd);
  const resumed = await runCli(['resume', runId.slice(-12), ...db, ...workflows], { cwd });
  expect(resumed).toMatchObject({ status: 0, stderr: '' });
  expect(resumed.stdout).toMatch(/^completed in .* · 2 steps ran, 1 done before\noutput {2}opened\n$/m);
  expect(effectsIn(cwd)).toEqual(['first 1', 'second 1', 'second 2', 'third 1']);

  const { document } = await runCliDocument(['show', runId, ...db], { cwd });
  expect(document).toMatchObject({ id: runId, status: 'completed', output: 'opened' });
  expect(await runCli(['verify', ...db], { cwd })).toMatchObject({ status: 0 });
});

it('the run of a worker that was killed goes on with another worker, if that has its code', async () => {
  const cwd = codeFolderWith({ 'gated.mjs': gatedCode });
  const runId = (await runCli(['run', 'gated.mjs', ...db, '--detach'], { cwd })).stdout.trim();
  const killed = startCli(['work', ...db, ...workflows], { cwd });
  await until('the second step runs', () => effectsIn(cwd).includes('second 1'));
  killed.child.kill('SIGKILL');
  await killed.ended;
  openGate(cwd);

  const without = await runCli(['work', '--until-idle', ...db], { cwd });
  expect(without.status).toBe(3);
  expect(without.stderr).toContain('the code of its version 3 is not here: --workflows MODULE');
  const done = await runCli(['work', '--until-idle', ...db, ...workflows], { cwd });
  expect(done).toMatchObject({ status: 0, stderr: '' });
  expect(done.stdout).toContain(`${runId} gated completed in `);
  expect(effectsIn(cwd)).toEqual(['first 1', 'second 1', 'second 2', 'third 1']);
});

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('the first %s lets the step in hand finish, and gives the run back', async (signal, status) => {
  const { cwd, running, runId } = await startGated();
  running.child.kill(signal);
  await until('it says so', () => running.stderr().includes('Stopping once the steps in hand are done'));
  openGate(cwd);
  const ended = await running.ended;
  expect(ended.status).toBe(status);
  const command = `sisyphus resume ${runId} --db t.db --workflows ./gated.mjs`;
  expect(ended.stdout).toContain(`stopped by ${signal} · 2 steps ran\nTo go on from there:\n  ${command}\n`);
  expect(await runCli(['resume', runId, ...db, ...workflows], { cwd })).toMatchObject({ status: 0 });
  expect(effectsIn(cwd)).toEqual(['first 1', 'second 1', 'third 1']);
});

describe('a module that is not right ends with 2 and one line that says why', () => {
  it.each<[string, string, string, RegExp]>([
    ['a missing file', 'none.mjs', 'WORKFLOWS_UNLOADABLE', /There is no file \/.*none\.mjs\.$/],
    ['a module that throws', 'throws.mjs', 'WORKFLOWS_UNLOADABLE', /TypeError: not today \(\/.*throws\.mjs:1:7\)$/],
    ['a fault in the module', 'fault.mjs', 'WORKFLOWS_UNLOADABLE', /SyntaxError: .*fault\.mjs:1\)$/],
    ['an import of nothing', 'imports.mjs', 'WORKFLOWS_UNLOADABLE', /Cannot find package 'nowhere'/],
    ['a module that waits for ever', 'waits.mjs', 'WORKFLOWS_UNLOADABLE', /waits for something that never comes/],
    ['a module that exports nothing', 'empty.mjs', 'WORKFLOW_INVALID', /exports nothing\. Export what defineWorkflow/],
  ])('%s', async (_, file, code, words) => {
    const cwd = codeFolderWith({
      'throws.mjs': "throw new TypeError('not today');",
      'fault.mjs': 'export const a = (;',
      'imports.mjs': "import 'nowhere';",
      'waits.mjs': 'await new Promise(() => {});',
      'empty.mjs': '',
    });
    for (const command of ['run', 'check']) {
      const { status, stdout, stderr } = await runCli([command, file, ...db], { cwd });
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(new RegExp(`^error ${code}: `));
      expect(stderr.trimEnd()).toMatch(words);
    }
  });

  it('a TypeScript file runs where Node runs TypeScript, and is refused with advice where it does not', async () => {
    const typed = gatedCode.replaceAll('(ctx)', '(ctx: any)').replaceAll('(run)', '(run: any)');
    const cwd = codeFolderWith({
      'gated.ts': typed.replace('(name, {', '(name: string, {').replace('attempt })', 'attempt }: any)'),
    });
    const { status, stdout, stderr } = await runCli(['check', 'gated.ts'], { cwd });
    if ('typescript' in process.features && process.features.typescript)
      expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('gated version 3') });
    else
      expect({ status, stderr }).toEqual({
        status: 2,
        stderr: expect.stringContaining('this Node runs no TypeScript. Compile it'),
      });
  });
});

it('a module in whose folder the executor is not installed says what to install', async () => {
  const cwd = folderWith({ 'gated.mjs': gatedCode });
  const { status, stderr } = await runCli(['run', 'gated.mjs', ...db], { cwd });
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /imports @sisyphus-state\/executor, which is not installed where it is: npm install @sisyphus-state\/executor$/m,
  );
});

describe('what a module prints', () => {
  const loud = `import { defineWorkflow } from '@sisyphus-state/executor';
console.log('loaded');
export const loud = defineWorkflow({ name: 'loud' }, (ctx) => {
  console.log('begun');
  return ctx.step('a', () => console.log('at it'));
});`;

  it("comes after the run's id, or on stderr", async () => {
    const cwd = codeFolderWith({ 'loud.mjs': loud });
    const ran = await runCli(['run', 'loud.mjs', ...db], { cwd });
    expect(ran.stderr).toBe('loaded\nbegun\n');
    expect(ran.stdout).toMatch(/^run .* loud\na started \(function\)\nat it\na completed/);
    const left = await runCli(['run', 'loud.mjs', ...db, '--detach'], { cwd });
    expect(left.stdout).toMatch(/^[0-9a-f-]{36}\n$/);
  });

  it('is never among JSON', async () => {
    const cwd = codeFolderWith({ 'loud.mjs': loud });
    const { stdout, stderr } = await runCli(['run', 'loud.mjs', ...db, '--json'], { cwd });
    expect(stderr).toBe('loaded\nbegun\nat it\n');
    for (const line of stdout.trimEnd().split('\n')) expect(JSON.parse(line)).toHaveProperty('type');
    expect(await runCliDocument(['check', 'loud.mjs'], { cwd })).toMatchObject({ document: { kind: 'code' } });
  });
});
