import { setTimeout as delay } from 'node:timers/promises';
import { type Worker, WorkflowExecutor } from '@sisyphus-state/executor';
import { defineHandler } from '@sisyphus-state/handlers';
import { openStore } from '@sisyphus-state/store';
import { durabilityOf } from '../contenders/engine.js';
import { sharedNow } from '../measure/shared-clock.js';
import { payload, workType } from '../workload.js';
import type { WorkerOrder, WorkerReport, WorkerSetup } from './worker-protocol.js';

/** How long ended runs are counted before the parent is told of them. */
const tellMs = 5;

// WorkerProcess wrote it.
const { location, synchronous, tells } = JSON.parse(process.argv[2] ?? '') as WorkerSetup;
const tell = (report: WorkerReport): void => void process.send?.(report);
const store = await openStore(location, synchronous === null ? {} : { durability: durabilityOf[synchronous] });

const handler = defineHandler({
  type: workType,
  run: (_, { runId }) => {
    if (tells === 'entered') tell({ event: 'entered', runId, at: sharedNow() });
    return payload;
  },
});

let ended = 0;
function countEnd(): void {
  ended += 1;
  if (ended > 1) return;
  setTimeout(() => {
    tell({ event: 'ended', runs: ended });
    ended = 0;
  }, tellMs);
}

const executor = new WorkflowExecutor(store, [handler], {
  observe: (event) => {
    if (event.kind !== 'committed' || tells !== 'ended') return;
    for (const { type } of event.changes) {
      if (type === 'workflow_completed') countEnd();
      // Thrown by an observer, it ends the process: its parent hears of that.
      if (type === 'workflow_failed') throw new Error('A run failed that should have completed.');
    }
  },
});

let worker: Worker | null = null;

async function obey(order: WorkerOrder): Promise<WorkerReport> {
  if (order.verb === 'work') {
    worker = executor.work({ concurrency: order.concurrency });
    return { event: 'working' };
  }
  if (order.verb === 'stop') {
    await worker?.stop();
    return { event: 'stopped' };
  }
  const [cpu, from] = [process.cpuUsage(), performance.now()];
  await delay(order.ms);
  const { user, system } = process.cpuUsage(cpu);
  return { event: 'measured', share: (user + system) / 1000 / (performance.now() - from) };
}

// WorkerProcess sends nothing else.
process.on('message', async (order) => tell(await obey(order as WorkerOrder)));
process.once('disconnect', () => process.exit());
tell({ event: 'ready' });
