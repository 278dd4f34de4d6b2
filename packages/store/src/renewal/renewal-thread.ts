import { parentPort, workerData } from 'node:worker_threads';
import { readLeases } from './lease-table.js';
import { openRenewer } from './open-renewer.js';
import { RenewalControl } from './renewal-control.js';
import { RenewalLoop } from './renewal-loop.js';
import { type FromThread, readClockOffset, type ThreadStart, type ToThread } from './thread-protocol.js';

/** The program of the thread that renews leases; `LeaseThread` starts it. */
function main(): void {
  const start = workerData as ThreadStart; // LeaseThread wrote it
  const control = new RenewalControl(start.control);
  const { target, periodMs } = start;
  let { table } = start;
  const tell = (message: FromThread): void => parentPort?.postMessage(message);
  const lead = readClockOffset() - start.clockOffset;
  const loop = new RenewalLoop({
    periodMs,
    open: () => (control.mayConnect() ? openRenewer(target, patienceFor(periodMs)) : new Promise(() => undefined)),
    readLeases: () => readLeases(table),
    readAliveUntil: () => control.aliveUntil,
    now: () => performance.now() + lead,
    onRenewals: (renewals) => tell({ kind: 'renewals', renewals }),
    onGivingUp: (error) => {
      tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
      void loop.stop().finally(() => parentPort?.close());
    },
  });
  parentPort?.on('message', (message: ToThread) => {
    if (message.kind === 'table') table = message.table;
    else if (message.kind === 'period') loop.setPeriod(message.periodMs);
    else void loop.stop().finally(() => parentPort?.close());
  });
  loop.start();
}

/** Half a period is left for another try. */
function patienceFor(periodMs: number): number {
  return Math.max(50, Math.min(periodMs / 2, 5_000));
}

main();
