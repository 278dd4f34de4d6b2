// `npx -y pnpm@12 examples`: runs every example the way its first lines say, each in an empty folder with a database of its own.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const sisyphus = join(root, 'packages/cli/bin/sisyphus.mjs');
const example = (/** @type {string} */ name) => join(root, 'examples', name);

/** @type {readonly (readonly [name: string, args: readonly string[]])[]} */
const examples = [
  [
    'first-workflow.yaml',
    [sisyphus, 'run', example('first-workflow.yaml'), '--input', JSON.stringify({ folder: root })],
  ],
  ['release-notes.yaml', [sisyphus, 'run', example('release-notes.yaml'), '--input', JSON.stringify({ repo: root })]],
  ['embedded.mjs', [example('embedded.mjs')]],
  ['crash-and-resume.mjs', [example('crash-and-resume.mjs')]],
  ['queue.mjs', [example('queue.mjs')]],
  ['agent-plan.mjs', [example('agent-plan.mjs')]],
  ['order-in-code.mjs', [example('order-in-code.mjs')]],
  ['saga.mjs', [example('saga.mjs')]],
  ['postgres-two-workers', [example('postgres-two-workers/main.mjs')]],
];

const failed = examples.filter(([name, args]) => !run(name, args)).map(([name]) => name);
console.log(failed.length === 0 ? `\nAll ${examples.length} examples ran.` : `\nFailed: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

/**
 * @param {string} name
 * @param {readonly string[]} args
 */
function run(name, args) {
  const folder = mkdtempSync(join(tmpdir(), 'sisyphus-examples-'));
  const cwd = join(folder, 'work');
  mkdirSync(cwd);
  console.log(`\n── examples/${name}`);
  try {
    const env = { ...process.env, SISYPHUS_DB: join(folder, 'state.db') };
    const { status } = spawnSync(process.execPath, args, { cwd, env, stdio: 'inherit' });
    return status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
