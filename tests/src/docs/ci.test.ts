import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { repositoryRoot } from './support/repository.js';
import { runProgram } from './support/run-program.js';

const script = join(repositoryRoot, '.ci/run');

test('CI can be started, runs every script that a pull request has to pass, and ends with the count', () => {
  accessSync(script, constants.X_OK);
  const text = readFileSync(script, 'utf8');
  expect(text).toMatch(/^#!\/usr\/bin\/env bash\n(#.*\n)*set -euo pipefail\n/);
  const { scripts } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
  const called = [...text.matchAll(/\bpnpm (?:run )?([\w:]+)/g)].map(([, name]) => name);
  expect(called).toEqual(
    expect.arrayContaining(['test', 'test:node24', 'types', 'lint', 'publint', 'examples', 'demo']),
  );
  expect(called.filter((name) => name !== undefined && !(name in scripts))).toEqual([]);
});

test.each([
  ['a report', report(12, 3, []), 'tests: 12 passed, 3 failed'],
  [
    'a report with a file that could not be loaded',
    report(12, 0, [{ status: 'failed', assertionResults: [] }]),
    'tests: 12 passed, 1 failed',
  ],
  [
    'a report whose failures are counted already',
    report(1, 1, [{ status: 'failed', assertionResults: [{}, {}] }]),
    'tests: 1 passed, 1 failed',
  ],
  ['no JSON', 'Segmentation fault', 'tests: 0 passed, 1 failed'],
  ['nothing', null, 'tests: 0 passed, 1 failed'],
])('the count of %s', async (_, text, line) => {
  const folder = mkdtempSync(join(tmpdir(), 'sisyphus-count-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'tests.json');
  if (text !== null) writeFileSync(file, text);
  const counted = await runProgram(process.execPath, [join(repositoryRoot, '.ci/count-tests.mjs'), file], {
    cwd: folder,
  });
  expect(counted).toEqual({ status: 0, stdout: `${line}\n`, stderr: '' });
});

function report(numPassedTests: number, numFailedTests: number, testResults: readonly object[]): string {
  return JSON.stringify({ numPassedTests, numFailedTests, testResults });
}
