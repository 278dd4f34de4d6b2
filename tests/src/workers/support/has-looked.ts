import { eventually } from '../../support/eventually.js';
import type { WorkerProcess } from './worker-process.js';

/** Waits until a worker has asked for abandoned runs so often, and for due ones at least as often. */
export async function hasLooked(worker: WorkerProcess, times: number): Promise<void> {
  await eventually(`${worker.name} has looked`, async () => {
    const { answered } = (await worker.call('figures')) as { answered: Record<string, number> }; // as child.mjs says
    return (answered.findAbandoned ?? 0) >= times && (answered.findDue ?? 0) >= times;
  });
}
