import { WorkflowExecutor } from '@sisyphus-state/executor';
import { defineHandler } from '@sisyphus-state/handlers';
import type { WorkflowStore } from '@sisyphus-state/store';
import { eventually } from '../../support/eventually.js';
import { enqueue } from './enqueue.js';
import type { World } from './world.js';

const workflow = { name: 'short', steps: [{ id: 'a', type: 'work' }] };
/** So many are not counted: a worker's ways are not trodden yet, and on PostgreSQL it does not listen from the first instant on. */
const warmUp = 3;
const monotonicNow = (): number => performance.timeOrigin + performance.now();

/** From the call that enqueues a run to the first line of its handler in an idle worker's process, in ms, one run after the other. */
export async function delaysToAnotherProcess(here: World, count: number): Promise<readonly number[]> {
  const store = await here.open();
  const worker = await here.startAndWait();
  return delaysOf(store, count, async (runId) => {
    await worker.next('ended');
    const line = here.lines.find((each) => each.kind === 'effect' && each.runId === runId);
    return line?.kind === 'effect' ? (line.at ?? Number.NaN) : Number.NaN;
  });
}

/** As above, for a worker in this process. */
export async function delaysInThisProcess(here: World, count: number): Promise<readonly number[]> {
  const store = await here.open();
  const entered = new Map<string, number>();
  const handler = defineHandler({ type: 'work', run: (_, { runId }) => void entered.set(runId, monotonicNow()) });
  const executor = new WorkflowExecutor(store, [handler]);
  const worker = executor.work();
  const delays = await delaysOf(store, count, (runId) => eventually('the run began', () => entered.get(runId)));
  await worker.stop();
  return delays;
}

async function delaysOf(
  store: WorkflowStore,
  count: number,
  entered: (runId: string) => Promise<number>,
): Promise<readonly number[]> {
  const delays: number[] = [];
  for (let n = 0; n < warmUp + count; n += 1) {
    const since = monotonicNow();
    const [runId] = await enqueue(store, workflow, 1);
    delays.push((await entered(String(runId))) - since);
    await eventually('it has ended', async () => (await store.readRun(String(runId)))?.status === 'completed');
  }
  return delays.slice(warmUp);
}

/** The value below which this share of all lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
