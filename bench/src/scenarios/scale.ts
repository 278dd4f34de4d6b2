import { WorkflowExecutor } from '@sisyphus-state/executor';
import { type NewRun, openStore, type WorkflowStore } from '@sisyphus-state/store';
import { v7 as uuidv7 } from 'uuid';
import { type Bench, count, fileIn, type Scenario } from '../bench.js';
import { createTables } from '../fixtures/create-tables.js';
import { interleave } from '../measure/interleave.js';
import { median, medianRatio } from '../measure/statistics.js';
import { timed } from '../measure/timed.js';
import { atMost, type Figure } from '../report/figure.js';
import { foreachWorkflow, itemsOf, work, workType } from '../workload.js';

/** What grows: a fan-out ten times as wide, and a crowd of runs that sleep beside those that are due. */
export const scale: Scenario = async (bench) => [await fanOut(bench), await sleepers(bench)];

async function fanOut(bench: Bench): Promise<Figure> {
  const { rounds, wide, narrow } = bench.sizes.scale;
  const path = fileIn(bench, 'fan-out');
  await createTables(path, 'engine');
  const store = await openStore(path, { durability: 'process' });
  const executor = new WorkflowExecutor(store, { [workType]: work });
  const fan = async (items: number): Promise<number> => {
    const { seconds } = await timed(() => executor.execute(foreachWorkflow(1000), { items: itemsOf(items) }));
    return (seconds * 1e6) / items;
  };
  try {
    const times = await interleave({ wide: () => fan(wide), narrow: () => fan(narrow) }, { rounds, warmUps: 1 });
    return {
      ...{ scenario: 'scale', mode: 'NORMAL' },
      what: `a foreach over ${count(wide)} items beside one over ${count(narrow)}, 1,000 at a time`,
      rows: [
        { unit: `${count(wide)}, µs an item`, values: { engine: median(times.wide) } },
        { unit: `${count(narrow)}, µs an item`, values: { engine: median(times.narrow) } },
      ],
      ratios: [{ of: 'of the time an item', value: medianRatio(times.wide, times.narrow), aim: atMost(1.5) }],
    };
  } finally {
    await store.close();
  }
}

const nap = { name: 'nap', steps: [{ id: 'nap', type: 'sleep', with: { for: '1h' } }] };

/** A worker wakes runs whose sleep is over: alone in their database, or with a crowd that sleeps on. */
async function sleepers(bench: Bench): Promise<Figure> {
  const { rounds, sleeping, due } = bench.sizes.scale;
  const open = async (name: string, others: number) => {
    const path = fileIn(bench, name);
    await createTables(path, 'engine');
    // A worker whose clock is two hours ahead finds over what was begun now, and not what was begun in a year.
    const store = await openStore(path, { durability: 'process' });
    await sleep(store, others, 366 * 24 * 3_600_000);
    return { store, later: await openStore(path, { durability: 'process', clock: () => Date.now() + 7_200_000 }) };
  };
  const alone = await open('alone', 0);
  const crowd = await open('crowd', sleeping);
  const wake = async ({ store, later }: Awaited<ReturnType<typeof open>>): Promise<number> => {
    await sleep(store, due, 0);
    const worker = new WorkflowExecutor(later, []);
    const { seconds } = await timed(() => worker.runUntilIdle({ concurrency: 50 }));
    return due / seconds;
  };
  try {
    const rates = await interleave({ alone: () => wake(alone), crowd: () => wake(crowd) }, { rounds, warmUps: 1 });
    return {
      ...{ scenario: 'scale', mode: 'NORMAL' },
      what: `${count(due)} runs whose sleep is over, alone and beside ${count(sleeping)} that sleep on`,
      rows: [
        { unit: 'alone, runs/s', values: { engine: median(rates.alone) } },
        { unit: 'in the crowd, runs/s', values: { engine: median(rates.crowd) } },
      ],
      ratios: [{ of: 'of the time alone', value: medianRatio(rates.alone, rates.crowd), aim: atMost(1.3) }],
    };
  } finally {
    for (const { store, later } of [alone, crowd]) await Promise.all([store.close(), later.close()]);
  }
}

/** Parks runs in the middle of their sleep, some thousands in one commit; `later` moves their hour. */
async function sleep(store: WorkflowStore, runs: number, later: number): Promise<void> {
  // The definition is kept as executors keep it.
  const executor = new WorkflowExecutor(store, []);
  const { runId } = await executor.start(nap, undefined, { detach: true });
  const first = await store.readRun(runId);
  const definition = first?.definitionHash ? await store.readDefinition(first.definitionHash) : null;
  await executor.cancel(runId);
  if (definition === null) throw new Error('The definition was not kept.');
  const delayMs = 3_600_000 + later;
  const asleep = (): NewRun => ({
    ...{ id: uuidv7(), name: nap.name, input: null },
    // The store's own text of it.
    definition: { ...definition, body: definition.body as NonNullable<NewRun['input']> },
    lease: { worker: 'bench', leaseMs: 60_000 },
    changes: [
      {
        ...{ type: 'step_waiting', stepKey: 'nap', stepId: 'nap', stepType: 'sleep', wakeAt: null, delayMs },
        ...{ message: null, childRunId: null, attempts: null },
      },
      { type: 'workflow_suspended', wakeAt: null, delayMs, reason: 'sleep:nap' },
    ],
  });
  for (let done = 0; done < runs; done += 2000)
    await store.createRuns(Array.from({ length: Math.min(2000, runs - done) }, asleep));
}
