import assert from 'node:assert/strict';
import { isTerminal, type RunRow } from '@sisyphus-state/schema';
import { verifyRun, type WorkflowStore } from '@sisyphus-state/store';

/** Where the cases put runs: the kit checks all of these afterwards. */
export const namespaces = ['default', 'tenant-b'] as const;

const runInstants = [
  'createdAt',
  'updatedAt',
  'startedAt',
  'finishedAt',
  'wakeAt',
  'deadlineAt',
  'leaseExpiresAt',
] as const;
const stepInstants = ['startedAt', 'finishedAt', 'wakeAt', 'updatedAt'] as const;

/**
 * Checks what must hold of every run of a database whatever happened to it.
 *
 * Its log folds to its tables, its instants are whole milliseconds, and a lease is there whole or not at all.
 */
export async function checkDatabase(store: WorkflowStore): Promise<void> {
  for (const run of await readAllRuns(store)) await checkRun(store, run.id);
}

async function readAllRuns(store: WorkflowStore): Promise<readonly RunRow[]> {
  const runs: RunRow[] = [];
  for (const namespace of namespaces) {
    let before: string | undefined;
    for (;;) {
      const page = await store.listRuns({ namespace, limit: 1000, ...(before === undefined ? {} : { before }) });
      runs.push(...page);
      before = page.at(-1)?.id;
      if (page.length < 1000) break;
    }
  }
  return runs;
}

async function checkRun(store: WorkflowStore, runId: string): Promise<void> {
  const [run, steps, events] = await Promise.all([
    store.readRun(runId),
    store.readSteps(runId),
    store.readEvents(runId),
  ]);
  assert.ok(run, `run ${runId} is listed but can't be read`);
  assert.deepEqual(verifyRun({ run, steps, events }), [], `the log of run ${runId} does not fold to its tables`);
  for (const name of runInstants) assertInstant(run[name], `run.${name}`);
  for (const step of steps) for (const name of stepInstants) assertInstant(step[name], `step.${name}`);
  for (const event of events) assertInstant(event.at, `event ${event.seq}`);
  const held = run.leaseWorker !== null;
  assert.equal(run.leaseExpiresAt !== null, held, 'a lease has a worker and an end, or neither');
  assert.equal(run.leaseHolder !== null, held, 'a lease has a worker and a process, or neither');
  assert.equal(run.status === 'running', held, 'a run is running exactly while somebody holds it');
  assert.equal(run.finishedAt !== null, isTerminal(run.status), 'a run has an end exactly when it has ended');
}

function assertInstant(at: number | null, where: string): void {
  assert.ok(at === null || Number.isSafeInteger(at), `${where} is ${at}, which is no whole number of milliseconds`);
}
