// Work that waits its turn, in an application's own SQLite file: `node examples/queue.mjs [DATABASE]`.
//
// Reports are asked for in the application's own transactions. A worker in the same process makes two at a time and one of
// a customer, the urgent ones first. One report is due later, and needs nobody until then.
import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore } from '@sisyphus-state/store';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

const requests = sqliteTable('requests', { id: integer().primaryKey(), customer: text().notNull() });

const db = drizzle({ client: new Database(process.argv[2] ?? ':memory:') });
db.$client.exec('CREATE TABLE IF NOT EXISTS requests (id integer PRIMARY KEY, customer text NOT NULL)');

const report = { name: 'report', queue: 'reports', steps: [{ id: 'make', type: 'make' }] };

const atWork = new Set();
const store = await openStore({ client: db });
const executor = new WorkflowExecutor(
  store,
  {
    make: async (/** @type {unknown} */ _step, /** @type {Readonly<Record<string, unknown>>} */ { customer, note }) => {
      atWork.add(customer);
      console.log(`  ${customer}: ${note} (at work: ${[...atWork].join(' and ')})`);
      await delay(50);
      atWork.delete(customer);
    },
  },
  { workflows: [report] },
);

/**
 * The request and its run are there together, or not at all. SQLite's transactions are synchronous: nothing is awaited in
 * one, and it may return no promise itself. What is refused is thrown there and then; the handle is waited for afterwards.
 *
 * @param {string} customer
 * @param {string} note
 * @param {import('@sisyphus-state/executor').StartOptions} [options]
 */
function ask(customer, note, options) {
  const { handle } = db.transaction((tx) => {
    tx.insert(requests).values({ customer }).run();
    return { handle: executor.start('report', { customer, note }, { tx, concurrencyKey: customer, ...options }) };
  });
  return handle;
}

const asked = await Promise.all([
  ask('Ada', 'first'),
  ask('Ada', 'second: waits for the first, which is hers too'),
  ask('Bo', 'not urgent'),
  ask('Cleo', 'urgent: goes before all others', { priority: 10 }),
  ask('Dov', 'at the end of the day', { startAfter: '2s' }),
]);

console.log('What is asked for in a transaction that is rolled back is not asked for:');
try {
  db.transaction((tx) => {
    tx.insert(requests).values({ customer: 'nobody' }).run();
    // It would be there with the commit; there is none.
    void executor.start('report', { customer: 'nobody' }, { tx });
    throw new Error('This customer does not exist.');
  });
} catch (error) {
  console.log(`  ${error instanceof Error ? error.message : error} Runs: ${(await executor.list()).length}`);
}

console.log('A worker takes the reports, two at once and one of a customer:');
const worker = executor.work({ queues: [{ name: 'reports', concurrency: 2, perKey: 1 }] });
await Promise.all(asked.slice(0, 4).map((handle) => handle.result()));

const later = await asked[4]?.state();
console.log(
  `One is due in ${(((later?.wakeAt ?? 0) - Date.now()) / 1000).toFixed(1)} s, and waits as a row (${later?.status}):`,
);
await asked[4]?.result();

await worker.stop();
await store.close();
db.$client.close();
console.log('All reports are made.');
