import { runStatuses } from '@sisyphus-state/schema';
import { type Change, encodeValue, type Lease, type WorkflowStore } from '@sisyphus-state/store';
import { v7 as uuidv7 } from 'uuid';

const json = (value: unknown) => encodeValue(value, { what: 'sample' });
const error = { name: 'E', message: 'm', code: null, retryable: null, details: null, stack: null, cause: null };
const start = { stepId: 'a', stepType: 't', delivery: null, inputHash: 'h', itemCount: null, attemptsBase: null };
const started: Change = { type: 'step_started', stepKey: 'a', attempt: 1, ...start };
const completed: Change = {
  type: 'step_completed',
  stepKey: 'a',
  attempt: 1,
  result: json('é'.repeat(9000)),
  usage: null,
};

/** What the holder of each of the runs does in the end; the first ones were never held. */
const endings: readonly (Change | null)[] = [
  null,
  { type: 'run_released' },
  { type: 'workflow_suspended', wakeAt: null, delayMs: 3_600_000, reason: 'timer' },
  { type: 'workflow_paused', reason: 'asked' },
  { type: 'workflow_completed', output: json(null), context: json({ large: 'x'.repeat(20_000) }) },
  { type: 'workflow_failed', error, stepKey: 'a' },
  { type: 'workflow_cancelled', reason: 'enough' },
];

/** Makes runs of every status with steps, large values, keys, mail and a definition; their ids. */
export async function makeRunsInEveryState(store: WorkflowStore): Promise<readonly string[]> {
  const body = json({ name: 'w' });
  if (body === null) throw new Error('A definition has a text.');
  const common = { name: 'w', input: json('i'.repeat(9000)), definition: { hash: 'h', name: 'w', version: 1, body } };
  const free = [
    { concurrencyKey: 'k', priority: 3, idempotencyKey: 'key' },
    { wakeAt: Date.now() + 3_600_000 },
    { wakeAt: 1000, queue: 'other', tags: { a: 'b' } },
  ];
  const lease = { worker: 'w1', leaseMs: 60_000 };
  const created = await store.createRuns([
    ...free.map((more) => ({ id: uuidv7(), ...common, ...more })),
    ...endings.map(() => ({ id: uuidv7(), ...common, lease, changes: [started] })),
  ]);
  const held = created.flatMap((run) => (run.lease === null ? [] : [run.lease]));
  for (const [index, ending] of endings.entries()) await end(store, held[index], ending);
  const ids = created.map(({ runId }) => runId);
  const statuses = new Set((await store.listRuns()).map(({ status }) => status));
  const missing = runStatuses.filter((status) => !statuses.has(status));
  if (missing.length > 0) throw new Error(`No run is ${missing.join(' or ')}.`);
  return ids;
}

async function end(store: WorkflowStore, lease: Lease | undefined, ending: Change | null): Promise<void> {
  if (lease === undefined) throw new Error('A run was created without its lease.');
  await store.record(lease, [completed, ...(ending === null ? [] : [ending])]);
  const mail = [{ kind: 'signal', name: 'early', payload: json('m'.repeat(9000)) }];
  await store.transact(lease.runId, () => ({ changes: [], mail, value: null }));
}

/** All that a store knows of runs, but for what the first version did not keep. */
export async function readWhole(store: WorkflowStore, runIds: readonly string[]): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  for (const runId of runIds) {
    const { leaseMs: _, ...run } = (await store.readRun(runId)) ?? { leaseMs: null };
    const [steps, events] = [await store.readSteps(runId), await store.readEvents(runId)];
    all.push({ run, steps, events, mail: await store.readMail(runId) });
  }
  return all;
}
