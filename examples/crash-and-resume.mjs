// A process that dies in the middle of a workflow: `node examples/crash-and-resume.mjs`.
//
// This program starts itself as a second process. That one runs a workflow and is killed while its third step is
// running; then this one resumes the run from the same file.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore } from '@sisyphus-state/store';

const climb = {
  name: 'climb',
  steps: ['push', 'rest', 'push-again', 'arrive'].map((id) => ({ id, type: 'say' })),
};

/**
 * Runs the workflow, or goes on with it.
 *
 * @param {{ database: string, runId: string, diesAt?: string }} task
 */
async function work({ database, runId, diesAt }) {
  const store = await openStore(database);
  const say = (/** @type {Readonly<Record<string, unknown>>} */ { id }) => {
    console.log(`  process ${process.pid}: ${id}`);
    if (id === diesAt) process.kill(process.pid, 'SIGKILL');
    return `${id}, done`;
  };
  const executor = new WorkflowExecutor(store, { say });
  const known = await executor.state(runId);
  const { status } = known === null ? await executor.execute(climb, {}, { runId }) : await executor.resume(runId);
  const steps = (await executor.state(runId))?.steps ?? [];
  await store.close();
  return { status, steps };
}

const [database, runId] = process.argv.slice(2);
if (database !== undefined && runId !== undefined) {
  await work({ database, runId, diesAt: 'push-again' });
} else {
  const folder = mkdtempSync(join(tmpdir(), 'sisyphus-example-'));
  const task = { database: join(folder, 'state.db'), runId: 'the-climb' };
  try {
    console.log('A first process:');
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url), task.database, task.runId], {
      stdio: 'inherit',
    });
    const [, signal] = await once(child, 'exit');
    console.log(`It was ended by ${signal}. This process resumes the run:`);
    const { status, steps } = await work(task);
    console.log(`The run is ${status}.`);
    for (const { stepKey, attempts } of steps)
      console.log(`  ${stepKey}: ${attempts === 1 ? 'once' : `${attempts} attempts`}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
