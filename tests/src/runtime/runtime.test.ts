import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { reportRuntime } from './report-runtime.mjs';

const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url));

/** What `pnpm test:node24` runs the tests on; without it, this Node with the workspace's own driver. */
const expected = process.env.TESTS_RUN_ON ?? `node ${process.versions.node.split('.')[0]}, better-sqlite3 12`;

const reporter = JSON.stringify(new URL('./report-runtime.mjs', import.meta.url).href);
const reportOn = (out: string) => `import(${reporter}).then(({ reportRuntime }) => reportRuntime()).then(${out})`;

describe(`the tests run on ${expected}`, () => {
  test('in the process that runs them', async () => {
    expect(await reportRuntime()).toBe(expected);
  });

  test.each([
    ['a process that is started by its path', process.execPath],
    ['a process that is started by its name', 'node'],
  ])('in %s', async (_, command) => {
    expect((await execa(command, ['-e', reportOn('console.log')])).stdout).toBe(expected);
  });

  test('in a thread', async () => {
    const thread = new Worker(
      `const { parentPort } = require('node:worker_threads'); ${reportOn('(text) => parentPort.postMessage(text)')}`,
      { eval: true },
    );
    expect(await once(thread, 'message')).toEqual([expected]);
    await thread.terminate();
  });
});

test.each(['schema', 'store'])('the package %s asks for the drivers that tests run on, and for no other', (name) => {
  const { peerDependencies } = JSON.parse(readFileSync(join(repositoryRoot, `packages/${name}/package.json`), 'utf8'));
  const range: unknown = peerDependencies['better-sqlite3'];
  expect(range).toBe('^12.0.0 || ^13.0.0');
  expect(expected).toMatch(/better-sqlite3 (12|13)$/);
});

test('a system that npm has no Node 24 for is told that nothing ran', async () => {
  const elsewhere = `data:text/javascript,Object.defineProperty(process, 'arch', { value: 'mips' })`;
  const { stdout } = await execa(process.execPath, ['--import', elsewhere, 'scripts/node24.mjs'], {
    cwd: repositoryRoot,
  });
  expect(stdout).toMatch(/^SKIPPED: npm has no Node 24 for \w+-mips; nothing was run on node 24, better-sqlite3 13\.$/);
});
