import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bin, runCli, runCliDocument, startProcess } from './support/cli.js';
import { folderWith } from './support/flows.js';

const flow = 'name: f\nsteps: [{ id: a, type: transform, with: { value: 1 } }]\n';

/** Everything a person is told goes to stderr in one line with its code, never as a stack. */
async function expectError(
  argv: readonly string[],
  cwd: string,
  status: number,
  code: string,
  words: RegExp,
): Promise<void> {
  const told = await runCli(argv, { cwd });
  expect(told).toMatchObject({ status, stdout: '' });
  expect(told.stderr).toMatch(new RegExp(`^error ${code}: `));
  expect(told.stderr).toMatch(words);
  expect(told.stderr).not.toMatch(/^ +at /m);
  const { status: again, document } = await runCliDocument(argv, { cwd });
  expect(again).toBe(status);
  expect(document).toMatchObject({ error: { code, message: expect.any(String) } });
}

describe('a database that can not be used ends with 1', () => {
  const run = (db: string) => ['run', 'flow.yaml', '--db', db];

  it('a file that is none', async () => {
    const cwd = folderWith({ 'flow.yaml': flow, 'notes.txt': 'just some notes, '.repeat(100) });
    await expectError(run('notes.txt'), cwd, 1, 'NOT_A_DATABASE', /notes\.txt is no SQLite database/);
  });

  it('a folder', async () => {
    const cwd = folderWith({ 'flow.yaml': flow });
    mkdirSync(join(cwd, 'folder'));
    await expectError(run('folder'), cwd, 1, 'STORE_OPEN', /folder/);
  });

  it('a path through a file', async () => {
    const cwd = folderWith({ 'flow.yaml': flow });
    await expectError(run('flow.yaml/t.db'), cwd, 1, 'STORE_OPEN', /flow\.yaml/);
  });

  it('an address of another kind of database', async () => {
    const cwd = folderWith({ 'flow.yaml': flow });
    await expectError(run('mysql://localhost/x'), cwd, 1, 'STORE_OPEN', /mysql/);
    expect(readdirSync(cwd)).toEqual(['flow.yaml']);
  });
});

it.skipIf(process.platform !== 'linux')(
  'a disk that is full ends a run with 1; nothing of it is half-written, and it can be resumed',
  async () => {
    const large = 'x'.repeat(400_000);
    const cwd = folderWith({
      'flow.yaml': `name: big\nsteps:\n${[1, 2, 3, 4, 5].map((n) => `  - { id: s${n}, type: large, n: ${n} }`).join('\n')}\n`,
      'large.mjs': `export default { large: ({ n }) => n + ${JSON.stringify(large)} };`,
    });
    await runCli(['migrate', '--db', 't.db'], { cwd });
    // No file of the process may grow beyond this, as on a disk that is full.
    const limited = `trap '' XFSZ; ulimit -f 2400; exec "${process.execPath}" "${bin}" run flow.yaml --db t.db --handlers ./large.mjs`;
    const { status, stdout, stderr } = await startProcess('sh', ['-c', limited], { cwd }).ended;
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error STORE_(FULL|IO): /);
    expect(stderr).toMatch(
      /The run stands at its last checkpoint\. To go on: sisyphus resume .* --handlers \.\/large\.mjs\n$/,
    );
    const runId = stdout.split(' ')[1] ?? '';
    expect(await runCli(['verify', '--db', 't.db'], { cwd })).toMatchObject({ status: 0 });
    const resumed = await runCli(['resume', runId, '--db', 't.db', '--handlers', './large.mjs'], { cwd });
    expect(resumed.status).toBe(0);
    expect(resumed.stdout).toMatch(/[1-4] done before/);
  },
);

describe('handlers that can not be loaded end with 2', () => {
  it.each<[string, string, RegExp]>([
    ['no JavaScript', 'export default {', /SyntaxError: .*h\.mjs:1/],
    ['TypeScript syntax', 'const n: number = 1;', /SyntaxError: .*h\.mjs:1/],
    ['code that throws', "\nthrow new RangeError('not today');", /RangeError: not today \(.*h\.mjs:2/],
    ['an import that is not there', "import './nowhere.mjs';", /Cannot find module .*nowhere\.mjs/],
  ])('%s', async (_, text, words) => {
    const cwd = folderWith({ 'flow.yaml': flow, 'h.mjs': text });
    await expectError(
      ['run', 'flow.yaml', '--db', 't.db', '--handlers', './h.mjs'],
      cwd,
      2,
      'HANDLERS_UNLOADABLE',
      words,
    );
    expect(readdirSync(cwd).sort()).toEqual(['flow.yaml', 'h.mjs']);
  });
});

it('a YAML file that grows without end when it is read is refused in time; status 2', async () => {
  const levels = Array.from({ length: 30 }, (_, n) => `b${n + 1}: &b${n + 1} [*b${n}, *b${n}, *b${n}, *b${n}]`);
  const cwd = folderWith({ 'bomb.yaml': `name: bomb\nb0: &b0 [x]\n${levels.join('\n')}\nsteps: []\n` });
  const { status, stdout } = await runCli(['check', 'bomb.yaml'], { cwd });
  expect(status).toBe(2);
  expect(stdout).toMatch(/error ALIAS_LIMIT/);
});

describe('an error that nobody expected', () => {
  const stray =
    "export default { stray: () => { setTimeout(() => { throw new TypeError('stray'); }, 0); return new Promise((r) => setTimeout(r, 20_000)); } };";

  function folder(): string {
    return folderWith({ 'flow.yaml': 'name: f\nsteps: [{ id: a, type: stray }]\n', 'h.mjs': stray });
  }

  const argv = ['run', 'flow.yaml', '--db', 't.db', '--handlers', './h.mjs'];

  it('in a handler outside its step ends the process with 1, and the run can be resumed', async () => {
    const cwd = folder();
    const { status, stderr } = await runCli(argv, { cwd });
    expect(status).toBe(1);
    expect(stderr).toContain('error UNEXPECTED: stray\n');
    expect(stderr).not.toMatch(/^ +at /m);
    expect((await runCli(['ls', '--db', 't.db'], { cwd })).stdout).toContain('its worker is gone');
  });

  it('shows where it happened under SISYPHUS_DEBUG=1', async () => {
    const { stderr } = await runCli(argv, { cwd: folder(), env: { SISYPHUS_DEBUG: '1' } });
    expect(stderr).toMatch(/^ +at .*h\.mjs:1/m);
  });
});

it('a database named by SISYPHUS_DB is used, and --db goes before it', async () => {
  const cwd = folderWith({ 'flow.yaml': flow });
  const env = { SISYPHUS_DB: 'env.db' };
  await runCli(['run', 'flow.yaml'], { cwd, env });
  await runCli(['run', 'flow.yaml', '--db', 'arg.db'], { cwd, env });
  expect(readdirSync(cwd).sort()).toEqual(['arg.db', 'env.db', 'flow.yaml']);
});

it('the default database is made in the home folder, for its owner only', async () => {
  const home = folderWith();
  const cwd = folderWith({ 'flow.yaml': flow });
  expect(await runCli(['ls'], { cwd, env: { HOME: home } })).toMatchObject({ status: 0 });
  expect(readdirSync(join(home, '.opencode'))).toEqual(['sisyphus-state.db']);
  expect(statSync(join(home, '.opencode', 'sisyphus-state.db')).mode & 0o077).toBe(0);
});
