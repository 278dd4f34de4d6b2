// `npx -y pnpm@12 test:node24`: the library's tests on Node 24 with better-sqlite3 13, both in scripts/node24, apart from the
// workspace. Arguments go to vitest in place of the tests named here. A system that has no such Node is skipped, and told so.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const home = join(root, 'scripts/node24');

/** What tests/src/runtime then expects of every kind of process. */
const runtime = 'node 24, better-sqlite3 13';

/** The packages, and the tests across them that lean on the driver or the runtime most. */
const tests = [
  'packages/',
  'contrib/',
  'tests/src/runtime',
  'tests/src/store/conformance',
  'tests/src/store/many-processes',
  'tests/src/values',
  'tests/src/migrations/adoption.test',
  'tests/src/migrations/many-openers',
  'tests/src/migrations/two-doors',
  'tests/src/crash/every-write',
];

const node = findNode();
if (node === null) {
  console.log(`SKIPPED: npm has no Node 24 for ${systemName()}; nothing was run on ${runtime}.`);
} else {
  install();
  process.exitCode = runTests(node, process.argv.slice(2));
}

/** Where this system's Node 24 is once it is installed; null for a system that has none. */
function findNode() {
  const { optionalDependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const name = Object.keys(optionalDependencies).find((key) => key.endsWith(`-${systemName()}`));
  return name === undefined ? null : join(home, 'node_modules', name, 'bin/node');
}

function systemName() {
  // Alpine and its like: the binaries are built against glibc.
  const { header } = /** @type {{ header: object }} */ (process.report.getReport());
  const isMusl = process.platform === 'linux' && !('glibcVersionRuntime' in header);
  return `${process.platform}${isMusl ? 'musl' : ''}-${process.arch}`;
}

/** Installs what the lockfile says, once: npm empties the folder first, so the copy beside it tells of a whole installation. */
function install() {
  const [wanted, installed] = [join(home, 'package-lock.json'), join(home, 'node_modules/.installed.json')];
  if (existsSync(installed) && readFileSync(installed).equals(readFileSync(wanted))) return;
  const status = run('npm', ['ci', '--loglevel=error'], { cwd: home, env: process.env });
  if (status !== 0) throw new Error(`npm could not install Node 24 and its driver into ${home} (status ${status}).`);
  copyFileSync(wanted, installed);
}

/**
 * Runs vitest; everything it starts, by whatever name, is that Node with that driver.
 *
 * @param {string} node
 * @param {readonly string[]} args
 */
function runTests(node, args) {
  const hook = JSON.stringify(join(home, 'use-driver.cjs'));
  const env = {
    ...process.env,
    PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`,
    // biome-ignore lint/suspicious/noUndeclaredEnvVars: this is no task of turbo.
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --require=${hook}`.trim(),
    TESTS_RUN_ON: runtime,
  };
  const chosen = args.length > 0 ? args : tests;
  return run(node, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...chosen], { cwd: root, env });
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 */
function run(command, args, options) {
  const { status, signal, error } = spawnSync(command, args, { ...options, stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status === null) throw new Error(`${command} was ended by ${signal}.`);
  return status;
}
