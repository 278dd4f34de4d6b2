import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A call of git, as its stand-in wrote it down.
 *
 * @typedef {{ stepKey: string, attempt: number, pid: number }} GitCall
 */

/**
 * A folder in which the demo has all it needs: a database, a working folder, and a `git` that tells of its calls.
 *
 * @typedef {ReturnType<typeof createSandbox>} Sandbox
 */

/** Makes one; `remove` leaves nothing of it. */
export function createSandbox() {
  const folder = mkdtempSync(join(tmpdir(), 'sisyphus-demo-'));
  for (const name of ['bin', 'work', 'undisturbed']) mkdirSync(join(folder, name));
  const script = `#!/bin/sh\nexec '${process.execPath}' '${fileURLToPath(new URL('held-git.mjs', import.meta.url))}' "$@"\n`;
  writeFileSync(join(folder, 'bin', 'git'), script);
  chmodSync(join(folder, 'bin', 'git'), 0o755);
  const { SISYPHUS_DB: _, ...inherited } = process.env;
  const path = `${join(folder, 'bin')}${delimiter}${process.env.PATH ?? ''}`;
  const calls = join(folder, 'calls.jsonl');
  return {
    folder,
    database: join(folder, 'state.db'),
    /** The environment of the processes that are watched. */
    env: { ...inherited, PATH: path, DEMO_FOLDER: folder, DEMO_GIT: findGit(), DEMO_PID: String(process.pid) },
    /** Lets calls of git for sections wait. */
    hold: () => writeFileSync(join(folder, 'hold'), ''),
    /** @param {string} stepKey */
    letGo: (stepKey) => writeFileSync(join(folder, `go-${stepKey}`), ''),
    letAllGo: () => rmSync(join(folder, 'hold'), { force: true }),
    /** The calls of git so far, in their order. */
    readCalls: () => readLines(calls).filter(({ type }) => type === 'called'),
    /** The calls that have not ended, as far as they could say so. */
    openCalls: () => openIn(readLines(calls)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** @typedef {GitCall & { type: 'called' | 'ended' }} Line */

/**
 * @param {string} file
 * @returns {Line[]}
 */
function readLines(file) {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  // A line that is being written has no end yet.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** @param {readonly Line[]} lines */
function openIn(lines) {
  const ended = new Set(lines.filter(({ type }) => type === 'ended').map(({ pid }) => pid));
  return lines.filter(({ type, pid }) => type === 'called' && !ended.has(pid));
}

function findGit() {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, 'git');
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // The next folder may have it.
    }
  }
  throw new Error('The demo reads a git log, and there is no git on this machine. Install it and try again.');
}
