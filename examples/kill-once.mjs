// For examples that die: a second process runs `work` and is killed at the step that it is told, then this one goes on.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs an example's `work` in a process that is killed, and then here.
 *
 * @param {string} file The example, which calls this.
 * @param {(task: { database: string, die: () => void }) => Promise<void>} work `die` ends the first process, and does nothing in the second.
 */
export async function killOnce(file, work) {
  const [database] = process.argv.slice(2);
  if (database !== undefined) {
    await work({ database, die: () => process.kill(process.pid, 'SIGKILL') });
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'sisyphus-example-'));
  try {
    const place = join(folder, 'state.db');
    console.log('A first process:');
    const child = spawn(process.execPath, [file, place], { stdio: 'inherit' });
    const [, signal] = await once(child, 'exit');
    if (signal !== 'SIGKILL') throw new Error('The first process was not killed.');
    console.log('It was killed. This process goes on:');
    await work({ database: place, die: () => undefined });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
