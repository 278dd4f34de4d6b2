// Two workers on PostgreSQL, one of which is killed in the middle: `node examples/postgres-two-workers/main.mjs`.
//
// Orders come in, each with its delivery in one transaction of the application's own. Two worker processes deliver them.
// One is killed with SIGKILL and started anew. At the end stands who did what, and a proof that nothing ran twice.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore } from '@sisyphus-state/store';
import { desc } from 'drizzle-orm';
import { calls, createTables, deliver, openDatabase, orders } from './application.mjs';
import { startDatabase } from './server.mjs';
import { readStory, showStory } from './story.mjs';

const customers = ['Ada', 'Bo', 'Cleo', 'Dov', 'Eve', 'Finn'];
const manyOrders = 48;

/**
 * @param {string} url
 * @param {string} name
 */
async function startWorker(url, name) {
  const env = { ...process.env, DATABASE_URL: url };
  const child = fork(fileURLToPath(new URL('worker.mjs', import.meta.url)), [name], { env });
  await once(child, 'message');
  return child;
}

/** @param {import('node:child_process').ChildProcess} child */
async function stop(child) {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

console.log('PostgreSQL starts …');
const database = await startDatabase();
const db = openDatabase(database.url);
await db.$client.query(createTables);
const store = await openStore({ client: db }, { migrate: true });
// It takes orders and works on none of them, so it needs no handlers.
const executor = new WorkflowExecutor(store, []);

/**
 * The order and its delivery are there together, or not at all.
 *
 * @param {{ id: number, customer: string }} order
 */
function takeOrder(order) {
  return db.transaction(async (tx) => {
    await tx.insert(orders).values(order);
    const delivery = await executor.start(deliver, { orderId: order.id }, { tx, concurrencyKey: order.customer });
    if (order.customer === 'nobody') throw new Error('This customer does not exist.');
    return delivery;
  });
}

/**
 * Until a quarter of the work is done, and a worker has just entered a step.
 *
 * @param {string} worker
 */
async function inTheMiddle(worker) {
  for (;;) {
    const [latest] = await db.select().from(calls).orderBy(desc(calls.at)).limit(1);
    if (latest?.worker.startsWith(worker) && (await db.$count(calls)) >= (manyOrders * deliver.steps.length) / 4)
      return;
    await delay(5);
  }
}

try {
  let [one, two] = await Promise.all(['one', 'two'].map((name) => startWorker(database.url, name)));
  console.log(`Two workers are there. ${manyOrders} orders come in, each with its delivery in one transaction.`);
  const startedAt = Date.now();
  const deliveries = [];
  for (let id = 1; id <= manyOrders; id++) {
    const customer = customers[id % customers.length] ?? '';
    deliveries.push(await takeOrder({ id, customer }));
  }
  await takeOrder({ id: 1000, customer: 'nobody' }).catch(() =>
    console.log('One is refused, and its delivery with it.'),
  );

  await inTheMiddle('one/');
  one?.kill('SIGKILL');
  const killedAt = Date.now();
  console.log('Worker one is killed with SIGKILL in the middle of a step, and started anew.');
  one = await startWorker(database.url, 'one, anew');

  await Promise.all(deliveries.map((delivery) => delivery.result()));
  await Promise.all([one, two].map((child) => child && stop(child)));

  const story = await readStory(store, db, { startedAt, killedAt });
  for (const line of showStory(story)) console.log(line);
  if (!story.isProven) process.exitCode = 1;
} finally {
  await store.close();
  await db.$client.end();
  await database.remove();
}
