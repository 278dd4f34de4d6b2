import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowExecutor } from '@sisyphus-state/executor';
import { defineHandler } from '@sisyphus-state/handlers';
import { openStore } from '@sisyphus-state/store';
import { v7 as uuidv7 } from 'uuid';
import { WorkerProcess } from '../children/worker-process.js';
import type { WorkerSetup } from '../children/worker-protocol.js';
import { durabilityOf } from '../contenders/engine.js';
import { sharedNow } from '../measure/shared-clock.js';
import { payload, sequentialWorkflow, workType } from '../workload.js';

/** How long the worker is left alone before each run: some milliseconds more or less, so that no poll is in step with it. */
const restMs = { least: 20, spread: 10 } as const;
/** After so long without work a worker asks less often: only then it is idle. */
const untilIdleMs = 1500;
const concurrency = 10;

/** A worker that has nothing to do, and somebody who enqueues a run now and then. */
export interface IdleWorker {
  /** From each of so many calls that enqueue a run until its handler is entered, in ms. */
  delays(runs: number): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** Another process that also tells what an idle worker costs. */
export interface IdleProcess extends IdleWorker {
  /** The share of a core that the worker uses while nothing is enqueued, and was not for a while. */
  idleShare(ms: number): Promise<number>;
}

type Location = Omit<WorkerSetup, 'tells'>;

/** The worker is in this process, on the store and the executor that enqueue. */
export async function workHere(location: Location): Promise<IdleWorker> {
  const entered = new Map<string, (at: number) => void>();
  const handler = defineHandler({
    type: workType,
    run: (_, { runId }) => {
      const at = sharedNow();
      entered.get(runId)?.(at);
      return payload;
    },
  });
  const { executor, close } = await open(location, [handler]);
  return {
    delays: async (runs) => {
      const worker = executor.work({ concurrency });
      const delays = await enqueueInTurn(
        executor,
        runs,
        (runId) => new Promise((resolve) => entered.set(runId, resolve)),
      );
      await worker.stop();
      entered.clear();
      return delays;
    },
    close,
  };
}

/** The worker is in a process of its own. */
export async function workElsewhere(location: Location): Promise<IdleProcess> {
  const { executor, close } = await open(location, []);
  const worker = await WorkerProcess.start({ ...location, tells: 'entered' });
  const working = async <T>(use: () => Promise<T>): Promise<T> => {
    await worker.work(concurrency);
    const outcome = await use();
    await worker.stop();
    return outcome;
  };
  const entered = (id: string) =>
    worker.next((report) => (report.event === 'entered' && report.runId === id ? report.at : undefined));
  return {
    delays: (runs) => working(() => enqueueInTurn(executor, runs, entered)),
    idleShare: (ms) =>
      working(async () => {
        await worker.measure(untilIdleMs);
        return worker.measure(ms);
      }),
    close: async () => {
      await worker.close();
      await close();
    },
  };
}

async function open({ location, synchronous }: Location, handlers: ConstructorParameters<typeof WorkflowExecutor>[1]) {
  const store = await openStore(location, synchronous === null ? {} : { durability: durabilityOf[synchronous] });
  return { executor: new WorkflowExecutor(store, handlers), close: () => store.close() };
}

async function enqueueInTurn(
  executor: WorkflowExecutor,
  runs: number,
  entered: (runId: string) => Promise<number>,
): Promise<readonly number[]> {
  const delays: number[] = [];
  const workflow = sequentialWorkflow(1);
  for (let index = 0; index < runs; index++) {
    await delay(restMs.least + Math.random() * restMs.spread);
    const runId = uuidv7();
    const started = entered(runId);
    const from = sharedNow();
    const handle = await executor.start(workflow, undefined, { detach: true, runId });
    delays.push((await started) - from);
    await handle.result();
  }
  return delays;
}
