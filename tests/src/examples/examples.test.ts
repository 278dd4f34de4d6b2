import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readBlocks } from '../docs/support/markdown.js';
import { createReaderHome } from '../docs/support/reader-home.js';
import { listFiles, repositoryRoot } from '../docs/support/repository.js';
import { runProgram } from '../docs/support/run-program.js';

/** Files of examples that are no example themselves: what they are made of. */
const parts = ['order.yaml', 'agent-plan.yaml', 'agent-handlers.mjs', 'mend-in-code.mjs', 'kill-once.mjs'];

test('every example runs, and none is forgotten', async () => {
  const home = createReaderHome();
  onTestFinished(() => home.remove());
  const script = join(repositoryRoot, 'scripts/examples.mjs');
  const { status, stdout, stderr } = await runProgram(process.execPath, [script], { ...home, timeoutMs: 200_000 });
  expect(status, stdout + stderr).toBe(0);
  const run = [...stdout.matchAll(/^── examples\/(\S+)$/gm)].map(([, name]) => name);
  const there = listFiles().flatMap(
    (file) => /^examples\/([^/]+\.(?:yaml|mjs)|[^/]+(?=\/main\.mjs$))/.exec(file)?.[1] ?? [],
  );
  expect(run.sort()).toEqual(there.filter((name) => !parts.includes(name)).sort());
}, 240_000);

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

test('a queue keeps its limits, takes what is urgent first, and nothing of what was rolled back', async () => {
  const home = createReaderHome();
  onTestFinished(() => home.remove());
  const { status, stdout } = await runProgram(process.execPath, [join(repositoryRoot, 'examples/queue.mjs')], home);
  expect(status).toBe(0);
  expect(stdout).toContain('This customer does not exist. Runs: 5\n');
  const made = [...stdout.matchAll(/^ {2}(\w+): .*\(at work: (.*)\)$/gm)].map(([, customer, atWork = '']) => ({
    customer,
    atWork: atWork.split(' and '),
  }));
  expect(made.map(({ customer }) => customer)).toEqual(['Cleo', 'Ada', expect.any(String), expect.any(String), 'Dov']);
  for (const { atWork } of made) expect(new Set(atWork).size).toBeLessThanOrEqual(2);
}, 60_000);

test('two workers on PostgreSQL deliver everything once, although one is killed', async () => {
  const home = createReaderHome();
  onTestFinished(() => home.remove());
  const program = join(repositoryRoot, 'examples/postgres-two-workers/main.mjs');
  const { status, stdout, stderr } = await runProgram(process.execPath, [program], { ...home, timeoutMs: 150_000 });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const [, atOnce] = /^48 orders, 48 deliveries, 48 completed, 48 parcels; at most (\d) at once\.$/m.exec(stdout) ?? [];
  expect(Number(atOnce)).toBeLessThanOrEqual(6);
  expect(stdout).toMatch(
    /^The killed worker left [1-4] of them; the others went on with these\. [1-4] steps? (was|were) cut off/m,
  );
  expect(stdout).toMatch(/^144 steps completed in 14[4-8] calls, and nothing that was done ran twice\.$/m);
  const lanes = [...stdout.matchAll(/^(one|two|one, anew)\/\d+ +\|.*\| +(\d+) steps$/gm)];
  // On a busy machine all may be done before the new one is there.
  expect(lanes.map(([, name]) => name)).toEqual(expect.arrayContaining(['one', 'two']));
  expect(lanes.reduce((sum, [, , steps]) => sum + Number(steps), 0)).toBe(144);
}, 180_000);

test('the plan as code is run by the command as its first lines say, to the person who is asked and from there', async () => {
  const home = createReaderHome();
  onTestFinished(() => home.remove());
  const sisyphus = (...argv: readonly string[]) =>
    runProgram(process.execPath, [join(repositoryRoot, 'packages/cli/bin/sisyphus.mjs'), ...argv], home);
  const [plan, handlers] = ['mend-in-code.mjs', 'agent-handlers.mjs'].map((name) =>
    join(repositoryRoot, 'examples', name),
  );
  const modules = ['--handlers', handlers ?? '', '--workflows', plan ?? ''];
  const asked = await sisyphus('run', plan ?? '', ...modules, '--input', '{"issue":"A-1"}');
  expect(asked.status, asked.stderr).toBe(3);
  const runId = /^run (\S+) mend-in-code$/m.exec(asked.stdout)?.[1] ?? '';
  expect(asked.stdout).toContain(`  sisyphus approve ${runId} approve\n`);
  expect(await sisyphus('approve', runId, 'approve', '--by', 'Ada')).toMatchObject({ status: 0 });
  const resumed = await sisyphus('resume', runId, ...modules);
  expect(resumed).toMatchObject({ status: 0, stderr: '' });
  expect(resumed.stdout).toContain('output  {"patch":"one line","by":"Ada"}\n');
  expect(resumed.stdout).not.toContain('model: ');
}, 60_000);
