import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../packages/cli/bin/sisyphus.mjs', import.meta.url));

/**
 * Where and how a command runs, and who is told of its lines.
 *
 * @typedef {{ cwd: string, env: NodeJS.ProcessEnv, onLine?: (line: string) => void }} Setting
 */

/**
 * An event of a run, as `sisyphus events --json` gives it.
 *
 * @typedef {{
 *   seq: number, type: string, stepKey: string | null, attempt: number | null, fence: number | null, at: string,
 *   payload: { itemCount?: number },
 * }} RunEvent
 */

/**
 * Starts the real command line in a process of its own.
 *
 * @param {readonly string[]} args
 * @param {Setting} setting
 */
export function startSisyphus(args, { cwd, env, onLine = () => undefined }) {
  const child = spawn(process.execPath, [bin, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = /** @type {string[]} */ ([]);
  /** @param {string} line */
  const take = (line) => {
    lines.push(line);
    onLine(line);
  };
  createInterface({ input: child.stdout }).on('line', take);
  createInterface({ input: child.stderr }).on('line', take);
  const ended = once(child, 'close').then(([status, signal]) => ({ status, signal, lines }));
  return { child, lines, ended };
}

/**
 * Runs a command to its end, which has to be a good one, and gives what it wrote.
 *
 * @param {readonly string[]} args
 * @param {Setting} setting
 */
export async function sisyphus(args, setting) {
  const { status, lines } = await startSisyphus(args, setting).ended;
  if (status !== 0) throw new Error(`sisyphus ${args[0]} ended with ${status}:\n${lines.join('\n')}`);
  return lines.join('\n');
}

/**
 * Reads a run's audit log.
 *
 * @param {string} runId
 * @param {string} database
 * @param {Setting} setting
 * @returns {Promise<RunEvent[]>}
 */
export async function readEvents(runId, database, setting) {
  return JSON.parse(await sisyphus(['events', runId, '--db', database, '--json'], { ...setting, onLine: undefined }));
}
