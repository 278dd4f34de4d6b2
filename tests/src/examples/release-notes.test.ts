import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { createReaderHome, type ReaderHome } from '../docs/support/reader-home.js';
import { repositoryRoot } from '../docs/support/repository.js';
import { type Ended, runProgram } from '../docs/support/run-program.js';
import { createRepository, type GitRepository } from './support/git-repository.js';

let home: ReaderHome;

beforeEach(() => {
  home = createReaderHome();
  onTestFinished(() => home.remove());
});

test('this very repository gets its notes', async () => {
  const { status, stdout } = await runExample({ repo: repositoryRoot });
  expect(status).toBe(0);
  expect(stdout).toContain('completed');
  expect(readNotes()).toMatch(/^# Changes: [0-9a-f]{7,} \(\d{4}-\d\d-\d\d\)\n\n## \S/);
});

test('without input it is about the folder it runs in, and writes release-notes.md', async () => {
  const repository = makeRepository(['feat: begin']);
  const ended = await sisyphus(['run', join(repositoryRoot, 'examples/release-notes.yaml')], repository.folder);
  expect(ended.status).toBe(0);
  expect(readFileSync(join(repository.folder, 'release-notes.md'), 'utf8')).toContain('- feat: begin (');
});

test('one commit is enough', async () => {
  const repository = makeRepository(['Begin']);
  expect((await runExample({ repo: repository.folder })).status).toBe(0);
  expect(readNotes()).toBe(
    `# Changes: ${hashOf(repository, 'HEAD')} (2024-02-29)\n\n## Other changes\n\n- Begin (${hashOf(repository, 'HEAD')}, Merope Atlas)\n`,
  );
});

test('commits are grouped by prefix or first word, conventional ones under their titles, what stands alone at the end', async () => {
  const subjects = [
    'Push the stone',
    'feat(cli)!: a new flag',
    'push it again',
    'fix: the slope',
    'Add a summit',
    'Rest',
    'docs: how to push',
  ];
  const repository = makeRepository(subjects);
  expect((await runExample({ repo: repository.folder })).status).toBe(0);
  expect(withoutHashes(readNotes())).toBe(
    [
      ...['# Changes: H (2024-02-29)', ''],
      ...['## Documentation', '', '- docs: how to push', ''],
      ...['## Features', '', '- Add a summit', '- feat(cli)!: a new flag', ''],
      ...['## Fixes', '', '- fix: the slope', ''],
      ...['## Push', '', '- push it again', '- Push the stone', ''],
      ...['## Other changes', '', '- Rest', ''],
    ].join('\n'),
  );
});

test('subjects stand in the notes as they are, whatever is in them, and do nothing', async () => {
  const subjects = [
    `say "it's" \\"done\\"`,
    `use \${{ input.repo }} and $\${{ x }} }}`,
    'call `sisyphus` $(touch pwned) ; touch pwned | cat',
    'keep %s %H %n \\n %d',
    'Überall 漢字 и 🎉',
    '--- !!! ???',
    '--output=pwned',
    '# not a heading <b>bold</b>',
    '__proto__ constructor toString',
  ];
  const repository = makeRepository([...subjects, ...subjects]);
  expect((await runExample({ repo: repository.folder })).status).toBe(0);
  const lines = withoutHashes(readNotes()).split('\n');
  for (const subject of subjects)
    expect(
      lines.filter((line) => line === `- ${subject}`),
      subject,
    ).toHaveLength(2);
  expect([home.cwd, repository.folder].some((folder) => existsSync(join(folder, 'pwned')))).toBe(false);
});

test('an empty subject has its line too', async () => {
  const repository = makeRepository(['Begin', '']);
  expect((await runExample({ repo: repository.folder })).status).toBe(0);
  expect(readNotes()).toContain(`\n-  (${hashOf(repository, 'HEAD')}, Merope Atlas)\n`);
});

test('`since` starts after a tag, and merges are left out', async () => {
  const repository = makeRepository(['Old news']);
  repository.git('tag', 'v1');
  repository.git('checkout', '--quiet', '-b', 'side');
  repository.commit('fix: on the side');
  repository.git('checkout', '--quiet', 'main');
  repository.git('merge', '--quiet', '--no-ff', '--message', 'Merge side', 'side');
  const { stdout } = await runExample({ repo: repository.folder, since: 'v1' });
  expect(stdout).toContain('"commits":1');
  expect(withoutHashes(readNotes())).toBe('# Changes: v1..H (2024-02-29)\n\n## Fixes\n\n- fix: on the side\n');
});

test('nothing new is said as such', async () => {
  const repository = makeRepository(['Begin']);
  expect((await runExample({ repo: repository.folder, since: 'HEAD' })).status).toBe(0);
  expect(readNotes()).toContain('\n\nNo changes.\n');
});

test('`since` cannot hand git an option', async () => {
  const repository = makeRepository(['Begin']);
  const { status } = await runExample({ repo: repository.folder, since: `--output=${join(home.cwd, 'pwned')}` });
  expect(status).toBe(1);
  expect(existsSync(join(home.cwd, 'pwned..')) || existsSync(join(home.cwd, 'pwned'))).toBe(false);
});

test('a run that is resumed is about the commit it began with', async () => {
  const repository = makeRepository(['Begin']);
  mkdirSync(join(home.cwd, 'notes.md'));
  const { status, stdout } = await runExample({ repo: repository.folder, out: 'notes.md' });
  expect(status).toBe(1);
  repository.commit('Later');
  rmdirSync(join(home.cwd, 'notes.md'));
  const [, runId = ''] = /^run (\S+)/.exec(stdout) ?? [];
  expect((await sisyphus(['resume', runId])).status).toBe(0);
  expect(readNotes('notes.md')).toContain('- Begin');
  expect(readNotes('notes.md')).not.toContain('Later');
});

test('a folder without a repository fails with what git says', async () => {
  const { status, stdout, stderr } = await runExample({ repo: home.cwd }, { GIT_CEILING_DIRECTORIES: '/' });
  expect(status).toBe(1);
  expect(stdout + stderr).toContain('not a git repository');
});

test.each([
  ['a key nobody knows', { repository: '.' }],
  ['an empty tag', { since: '' }],
  ['another type', { out: 5 }],
])('input with %s is refused before anything runs', async (_, input) => {
  const { status, stdout, stderr } = await runExample(input);
  expect(status).toBe(2);
  expect(stderr).toContain('INPUT_INVALID');
  expect(stdout).toBe('');
});

test('the notes stay inside the working folder', async () => {
  const repository = makeRepository(['Begin']);
  const { status, stdout, stderr } = await runExample({ repo: repository.folder, out: '../notes.md' });
  expect(status).toBe(1);
  expect(stdout + stderr).toContain('leads out of the root');
  expect(existsSync(join(home.cwd, '../notes.md'))).toBe(false);
});

function makeRepository(messages: readonly string[]): GitRepository {
  return createRepository(join(home.cwd, 'repository'), messages);
}

function runExample(input: object, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return sisyphus(['run', 'examples/release-notes.yaml', '--input', JSON.stringify(input)], home.cwd, env);
}

function sisyphus(args: readonly string[], cwd = home.cwd, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return runProgram('sisyphus', args, { cwd, env: { ...home.env, ...env } });
}

function readNotes(name = 'release-notes.md'): string {
  return readFileSync(join(home.cwd, name), 'utf8');
}

function hashOf(repository: GitRepository, revision: string): string {
  return repository.git('log', '-1', '--format=%h', revision).trim();
}

/** The notes without what differs from one repository to the next. */
function withoutHashes(notes: string): string {
  return notes
    .replace(/ \([0-9a-f]{7,}, Merope Atlas\)$/gm, '')
    .replace(/(?<=^# Changes: (\S+\.\.)?)[0-9a-f]{7,}/, 'H');
}
