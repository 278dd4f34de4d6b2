// What the application has: its tables, a workflow, and the queue that its runs wait in. Both sides import it, whoever
// takes orders and whoever works on them.
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import pg from 'pg';

export const orders = pgTable('orders', {
  id: integer().primaryKey(),
  customer: text().notNull(),
});

/** What the carrier was asked for. It knows a parcel by its key, so asking twice sends one. */
export const parcels = pgTable('parcels', {
  key: text().primaryKey(),
  orderId: integer().notNull(),
});

/** Each call of a handler, kept by the handlers themselves: what really ran, whatever anybody else says. */
export const calls = pgTable('calls', {
  runId: uuid().notNull(),
  step: text().notNull(),
  worker: text().notNull(),
  at: timestamp().notNull().defaultNow(),
});

export const createTables = `
  CREATE TABLE orders (id integer PRIMARY KEY, customer text NOT NULL);
  CREATE TABLE parcels (key text PRIMARY KEY, order_id integer NOT NULL);
  CREATE TABLE calls (run_id uuid NOT NULL, step text NOT NULL, worker text NOT NULL, at timestamp NOT NULL DEFAULT now());
`;

/** @param {string} url */
export function openDatabase(url) {
  const pool = new pg.Pool({ connectionString: url });
  // A connection that breaks while nobody uses it is no reason to end the process: the pool makes another.
  pool.on('error', () => undefined);
  return drizzle({ client: pool, casing: 'snake_case' });
}

export const deliver = {
  name: 'deliver',
  queue: 'deliveries',
  input: { type: 'object', required: ['orderId'], properties: { orderId: { type: 'integer' } } },
  steps: [
    { id: 'pack', type: 'pack', with: { orderId: '${{ input.orderId }}' } },
    { id: 'ship', type: 'ship', with: { orderId: '${{ input.orderId }}' }, retry: { attempts: 3, backoff: '1s' } },
    { id: 'thank', type: 'thank', with: { orderId: '${{ input.orderId }}' } },
  ],
};

/** At most six deliveries at once and two of a customer, whatever the number of workers: all of them say so. */
export const deliveries = { name: 'deliveries', concurrency: 6, perKey: 2 };
