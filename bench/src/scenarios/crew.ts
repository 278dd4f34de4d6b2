import { WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore } from '@sisyphus-state/store';
import { WorkerProcess } from '../children/worker-process.js';
import type { WorkerSetup } from '../children/worker-protocol.js';
import { pool } from '../contenders/pool.js';
import { sequentialWorkflow, work, workType } from '../workload.js';

/** How many runs are enqueued at a time. */
const enqueuedAtATime = 100;

/** Runs that are queued, and how many of them each process may have in flight. */
export interface Drain {
  readonly runs: number;
  readonly steps: number;
  readonly concurrency: number;
}

/** Processes that drain the queue of one database together. */
export interface Crew {
  /** Enqueues runs, then lets all processes work until the last one has completed; returns that second part's seconds. */
  drain(work: Drain): Promise<number>;
  close(): Promise<void>;
}

/** Starts so many processes on a database whose tables are there. */
export async function startCrew(setup: Omit<WorkerSetup, 'tells'>, processes: number): Promise<Crew> {
  const store = await openStore(setup.location);
  const executor = new WorkflowExecutor(store, { [workType]: work });
  const workers = await Promise.all(
    Array.from({ length: processes }, () => WorkerProcess.start({ ...setup, tells: 'ended' })),
  );
  return {
    drain: async ({ runs, steps, concurrency }) => {
      const workflow = sequentialWorkflow(steps);
      await pool(runs, enqueuedAtATime, () => executor.start(workflow, undefined, { detach: true }));
      const from = performance.now();
      const drained = allEnded(workers, runs);
      await Promise.all(workers.map((worker) => worker.work(concurrency)));
      await drained;
      const seconds = (performance.now() - from) / 1000;
      await Promise.all(workers.map((worker) => worker.stop()));
      return seconds;
    },
    close: async () => {
      for (const worker of workers) await worker.close();
      await store.close();
    },
  };
}

async function allEnded(workers: readonly WorkerProcess[], runs: number): Promise<void> {
  let left = runs;
  let listeners: readonly (() => void)[] = [];
  const ended = new Promise<void>((resolve) => {
    listeners = workers.map((worker) =>
      worker.listen((report) => {
        if (report.event !== 'ended') return;
        left -= report.runs;
        if (left <= 0) resolve();
      }),
    );
  });
  await Promise.race(workers.map((worker) => worker.whileAlive(ended)));
  for (const stopListening of listeners) stopListening();
}
