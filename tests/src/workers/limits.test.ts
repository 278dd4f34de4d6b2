import type { Workflow } from '@sisyphus-state/executor';
import { expect, test } from 'vitest';
import type { RecordedRun } from '../crash/recorded-run.js';
import { eventually } from '../support/eventually.js';
import { enqueue } from './support/enqueue.js';
import { holdingsOf, mostAtOnce, occupationsOf } from './support/holdings.js';
import { mostInHandlers } from './support/most-in-handlers.js';
import { onEachDatabase } from './support/on-each-database.js';
import { findFaults, readRecordedRuns } from './support/recorded-runs.js';
import { untilDrained } from './support/until-drained.js';
import type { WorkerProcess } from './support/worker-process.js';
import type { World } from './support/world.js';

const workflow: Workflow = {
  name: 'limited',
  steps: ['a', 'b'].map((id) => ({ id, type: 'work', with: { ms: 50 } })),
};
const queues = [
  { name: 'narrow', concurrency: 3 },
  { name: 'keyed', perKey: 2 },
];
const keys = ['north', 'east', 'south'];
const runsPerQueue = 30;

/** Four processes drain the queues; each of two kills is meant for one that has a run in hand. */
async function drain(here: World): Promise<readonly RecordedRun[]> {
  const store = await here.open();
  const runIds = [
    ...(await enqueue(store, workflow, runsPerQueue, () => ({ queue: 'narrow' }))),
    ...(await enqueue(store, workflow, runsPerQueue, (n) => ({
      queue: 'keyed',
      concurrencyKey: keys[n % keys.length],
    }))),
  ];
  let ended = 0;
  const onEvent = ({ event }: { readonly event: string }): void => {
    if (event === 'ended') ended += 1;
  };
  const start = (): WorkerProcess => here.start({ work: { queues }, onEvent });
  const workers = Array.from({ length: 4 }, start);
  for (let kill = 1; kill <= 2; kill += 1) {
    await eventually('more has ended', () => ended >= (kill * runIds.length) / 4);
    const [run] = await store.listRuns({ status: 'running', limit: 1 });
    const index = workers.findIndex(({ name }) => name === run?.leaseWorker);
    workers.splice(index, 1, start()).at(0)?.signal('SIGKILL');
  }
  await untilDrained(store);
  return readRecordedRuns(store, runIds);
}

/** The most runs at work at one instant, by the handlers' log and by the audit log. */
function mostOf(here: World, runs: readonly RecordedRun[]): readonly number[] {
  const ids = new Set(runs.map(({ run }) => run.id));
  return [
    mostInHandlers(here.lines.filter(({ runId }) => ids.has(runId))),
    mostAtOnce(runs.flatMap(({ events }) => occupationsOf(holdingsOf(events)))),
  ];
}

onEachDatabase(({ world }) => {
  test('the limits of a queue and of a key are never exceeded by four processes, also when they are killed, and are made use of', async () => {
    const here = await world();
    const recorded = await drain(here);
    expect(
      mostOf(
        here,
        recorded.filter(({ run }) => run.queue === 'narrow'),
      ),
    ).toEqual([3, 3]);
    for (const key of keys)
      expect(
        mostOf(
          here,
          recorded.filter(({ run }) => run.concurrencyKey === key),
        ),
      ).toEqual([2, 2]);
    expect(findFaults(workflow, recorded, here.lines)).toEqual([]);
    expect(recorded.filter(({ run }) => run.status !== 'completed')).toEqual([]);
    expect(here.errors).toEqual([]);
  }, 120_000);
});
