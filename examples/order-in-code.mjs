// An order as code, with a step in the application's own table: `node examples/order-in-code.mjs`.
//
// The first process books the order and is killed while it prints the label. The second one prints it; the order stands in
// the table once.
import { fileURLToPath } from 'node:url';
import { defineWorkflow, WorkflowExecutor } from '@sisyphus-state/executor';
import { openStore } from '@sisyphus-state/store';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { z } from 'zod';
import { killOnce } from './kill-once.mjs';

const orders = sqliteTable('orders', { id: text('id').primaryKey(), cents: integer('cents').notNull() });

await killOnce(fileURLToPath(import.meta.url), async ({ database, die }) => {
  const order = defineWorkflow(
    { name: 'order', version: 1, input: z.object({ id: z.string(), cents: z.int().min(1) }) },
    async (ctx, { id, cents }) => {
      const shelf = await ctx.step('reserve', () => {
        console.log('  reserve');
        return 'B7';
      });
      // The row and the checkpoint are one commit: it is there exactly once.
      await ctx.transaction('book', (tx) => {
        tx.insert(orders).values({ id, cents }).run();
      });
      const label = await ctx.step('label', ({ attempt }) => {
        console.log(`  label, attempt ${attempt}`);
        die();
        return `${shelf} for ${id}`;
      });
      return { label };
    },
  );

  const client = new Database(database);
  client.exec('CREATE TABLE IF NOT EXISTS orders (id text PRIMARY KEY, cents integer NOT NULL)');
  const db = drizzle({ client });
  const store = await openStore({ client: db });
  const executor = new WorkflowExecutor(store, [], { workflows: [order] });

  const { status, output } = await executor.execute(order, { id: 'o-1', cents: 4200 }, { idempotencyKey: 'o-1' });
  console.log(`The order is ${status}:`, output, 'and the table has', db.select().from(orders).all());
  await store.close();
  client.close();
});
