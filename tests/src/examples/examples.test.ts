import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readBlocks } from '../docs/support/markdown.js';
import { createReaderHome } from '../docs/support/reader-home.js';
import { listFiles, repositoryRoot } from '../docs/support/repository.js';
import { runProgram } from '../docs/support/run-program.js';

/** Files of examples that are no example themselves: what they are made of. */
const parts = ['order.yaml'];

test('every example runs, and none is forgotten', async () => {
  const home = createReaderHome();
  onTestFinished(() => home.remove());
  const { status, stdout } = await runProgram(process.execPath, [join(repositoryRoot, 'scripts/examples.mjs')], home);
  expect(status, stdout).toBe(0);
  const run = [...stdout.matchAll(/^── examples\/(\S+)$/gm)].map(([, name]) => name);
  const there = listFiles().flatMap((file) => /^examples\/([^/]+\.(?:yaml|mjs))$/.exec(file)?.[1] ?? []);
  expect(run.sort()).toEqual(there.filter((name) => !parts.includes(name)).sort());
}, 120_000);

test('the first workflow in README.md is the file it is said to be', () => {
  const [shown] = readBlocks('README.md').filter(({ language }) => language === 'yaml');
  expect(shown?.text).toBe(readFileSync(join(repositoryRoot, 'examples/first-workflow.yaml'), 'utf8'));
});

test('the root scripts that README.md names run what is tested here', () => {
  const { scripts } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
  expect(scripts.examples).toMatch(/&& node scripts\/examples\.mjs$/);
  expect(scripts.demo).toMatch(/&& node scripts\/demo\.mjs$/);
});

test('a crash loses the step it fell into and no other', async () => {
  const home = createReaderHome();
  onTestFinished(() => home.remove());
  const { status, stdout } = await runProgram(
    process.execPath,
    [join(repositoryRoot, 'examples/crash-and-resume.mjs')],
    home,
  );
  expect(status).toBe(0);
  expect(stdout).toContain('It was ended by SIGKILL.');
  const said = [...stdout.matchAll(/^ {2}process (\d+): (\S+)$/gm)];
  const [first, second] = [...new Set(said.map(([, pid]) => pid))];
  expect(said.map(([, pid, step]) => [pid, step])).toEqual([
    [first, 'push'],
    [first, 'rest'],
    [first, 'push-again'],
    [second, 'push-again'],
    [second, 'arrive'],
  ]);
});
