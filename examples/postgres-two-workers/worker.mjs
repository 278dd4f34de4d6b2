// A worker: `DATABASE_URL=postgres://… node worker.mjs NAME`. Start as many as there is work for, on any machine.
import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowExecutor } from '@sisyphus-state/executor';
import { defineHandler } from '@sisyphus-state/handlers';
import { openStore } from '@sisyphus-state/store';
import { z } from 'zod';
import { calls, deliveries, openDatabase, parcels } from './application.mjs';

const name = `${process.argv[2] ?? 'worker'}/${process.pid}`;
const db = openDatabase(process.env.DATABASE_URL ?? '');
const input = z.strictObject({ orderId: z.int() });

/**
 * A handler that takes its time and writes down that it was called.
 *
 * @param {string} type
 * @param {(orderId: number, idempotencyKey: string) => Promise<unknown>} act
 */
function slowly(type, act) {
  return defineHandler({
    type,
    input,
    async run({ orderId }, { runId, stepKey, idempotencyKey, signal }) {
      await db.insert(calls).values({ runId, step: stepKey, worker: name });
      await delay(40 + Math.random() * 60, undefined, { signal });
      return act(orderId, idempotencyKey);
    },
  });
}

const handlers = [
  slowly('pack', async (orderId) => ({ box: `box of order ${orderId}` })),
  // The key is the same for every attempt of this step: a parcel that was asked for is not asked for again.
  slowly('ship', (orderId, key) =>
    db
      .insert(parcels)
      .values({ key, orderId })
      .onConflictDoNothing()
      .then(() => null),
  ),
  slowly('thank', async () => null),
];

const store = await openStore({ client: db });
const executor = new WorkflowExecutor(store, handlers, { worker: name });
const worker = executor.work({ queues: [deliveries], concurrency: 4 });
process.send?.('ready');

// Finishes the steps in hand and gives the runs back; another worker goes on with them.
process.once('SIGTERM', () => void worker.stop());
await worker.stopped;
await store.close();
await db.$client.end();
process.disconnect?.();
