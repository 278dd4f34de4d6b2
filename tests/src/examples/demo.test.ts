import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { createReaderHome, type ReaderHome } from '../docs/support/reader-home.js';
import { repositoryRoot } from '../docs/support/repository.js';
import { type Ended, runProgram } from '../docs/support/run-program.js';
import { eventually } from '../support/eventually.js';
import { createRepository } from './support/git-repository.js';

const demo = join(repositoryRoot, 'scripts/demo.mjs');
const demoTimeoutMs = 120_000;
let home: ReaderHome;
let temporary: string;

beforeEach(() => {
  home = createReaderHome();
  onTestFinished(() => home.remove());
  temporary = join(home.cwd, 'temporary');
  mkdirSync(temporary);
});

test(
  'a run is killed between two sections, resumed, and nothing that was done is done again',
  async () => {
    const subjects = ['Push', 'push more', 'fix: slope', 'feat: summit', 'docs: path'];
    const { folder } = createRepository(join(home.cwd, 'repository'), subjects);
    const { status, stdout } = await runDemo(folder);
    expect(status, stdout).toBe(0);
    const [before = '', after = ''] = stdout.split(/──── kill -9 \d+ ────/);
    expect(attemptsIn(before)).toContainEqual(['sections[0]', 'completed']);
    expect(attemptsIn(before)).toContainEqual(['sections[1]', 'cut off']);
    expect(attemptsIn(after)).toContainEqual(['sections[1]', 'completed']);
    const doneBefore = attemptsIn(before)
      .filter(([, outcome]) => outcome === 'completed')
      .map(([step]) => step);
    expect(
      attemptsIn(after)
        .map(([step]) => step)
        .filter((step) => doneBefore.includes(step)),
    ).toEqual([]);
    expect(stdout).not.toContain('\u001b');
    expect(stdout.match(/^ {5}(yes|NO ) /gm)).toEqual(Array(7).fill('     yes '));
    await expectNothingLeft();
  },
  demoTimeoutMs,
);

test(
  'a shallow clone with its one commit will do',
  async () => {
    const { folder } = createRepository(join(home.cwd, 'repository'), ['Push', 'Push again']);
    const clone = join(home.cwd, 'clone');
    expect(
      (await runProgram('git', ['clone', '--quiet', '--depth', '1', `file://${folder}`, clone], home)).status,
    ).toBe(0);
    const { status, stdout } = await runDemo(clone);
    expect(status, stdout).toBe(0);
    expect(stdout).toContain('Nothing was done twice.');
    await expectNothingLeft();
  },
  demoTimeoutMs,
);

test(
  'a folder without a repository is a failure that says why, and leaves nothing behind either',
  async () => {
    const { status, stdout, stderr } = await runDemo(temporary);
    expect(status).toBe(1);
    expect(stdout + stderr).toContain('not a git repository');
    await expectNothingLeft();
  },
  demoTimeoutMs,
);

test(
  'a demo that is stopped takes all it started with it',
  async () => {
    const { folder } = createRepository(join(home.cwd, 'repository'), ['Push']);
    const child = spawn(process.execPath, [demo, folder], { ...demoOptions(), stdio: ['ignore', 'pipe', 'inherit'] });
    let written = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      written += text;
    });
    await eventually('the first section', () => written.includes('sections started'));
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([130, null]);
    await expectNothingLeft();
  },
  demoTimeoutMs,
);

function runDemo(repository: string): Promise<Ended> {
  return runProgram(process.execPath, [demo, repository], { ...demoOptions(), timeoutMs: demoTimeoutMs });
}

function demoOptions() {
  const { NO_COLOR: _, ...env } = home.env;
  return { cwd: home.cwd, env: { ...env, TMPDIR: temporary, GIT_CEILING_DIRECTORIES: home.cwd } };
}

/** The attempts of the timeline: `+0.12 s  head  completed  12 ms`. */
function attemptsIn(output: string): readonly (readonly string[])[] {
  const lines = output.matchAll(/^ +\+\d+\.\d\d s {2}(?<step>\S+) +(?<outcome>completed|cut off|begun)/gm);
  return [...lines].map(({ groups }) => [groups?.step ?? '', groups?.outcome ?? '']);
}

/** No file of the demo, and no process: each of them has the demo's temporary folder in its environment. */
async function expectNothingLeft(): Promise<void> {
  expect(readdirSync(temporary)).toEqual([]);
  await eventually('the end of every process', () => processesWith(`TMPDIR=${temporary}`).length === 0);
}

/** Where there is no /proc nothing is found: the files alone have to tell. */
function processesWith(variable: string): readonly string[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(variable));
}

function environmentOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    // It ended meanwhile, or is somebody else's.
    return [];
  }
}
