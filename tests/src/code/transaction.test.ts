import { defineWorkflow } from '@sisyphus-state/executor';
import { openStore, type PostgresDatabase, type SyncDatabase } from '@sisyphus-state/store';
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { databases } from '../crash/databases.js';
import { type CodeWorld, useCodeWorlds } from './support/code-world.js';

const retry = { attempts: 3, backoff: 1, factor: 1 };
const insert = (id: string) => sql`INSERT INTO orders VALUES (${id})`;

/** Writes of the application's own, whose transactions are synchronous on SQLite and awaited on PostgreSQL. */
const write = {
  SQLite: (tx: SyncDatabase, id: string): unknown => {
    tx.run(insert(id));
    return { booked: id };
  },
  PostgreSQL: async (tx: PostgresDatabase, id: string): Promise<unknown> => {
    await tx.execute(insert(id));
    return { booked: id };
  },
};

describe.each(databases)('a transactional step on $name', (database) => {
  const makeWorld = useCodeWorlds(database);
  // The tests of a row are of one dialect.
  const book = (tx: unknown, id: string): unknown =>
    database.name === 'SQLite' ? write.SQLite(tx as SyncDatabase, id) : write.PostgreSQL(tx as PostgresDatabase, id);

  async function withOrders(world: CodeWorld) {
    const location = await world.location();
    const client =
      database.name === 'SQLite'
        ? await import('./support/orders-sqlite.js').then(({ openOrders }) => openOrders(location))
        : await import('./support/orders-postgres.js').then(({ openOrders }) => openOrders(location));
    return client;
  }

  const workflow = (label = 'book') =>
    defineWorkflow({ name: 'order' }, async (ctx, order: string) => {
      await ctx.step('before', () => 1);
      const booked = await ctx.transaction(label, (tx: unknown) => book(tx, order), { retry });
      await ctx.step('after', () => 2);
      return booked;
    });

  test('keeps the application’s writes and the checkpoint in one commit', async () => {
    const world = makeWorld();
    const orders = await withOrders(world);
    const code = workflow();
    const executor = await world.process([code]);
    const { runId, output } = await executor.execute(code, 'o1');
    expect(output).toEqual({ booked: 'o1' });
    expect(await orders.all()).toEqual(['o1']);
    expect(await world.steps(runId)).toEqual(['before completed 1', 'book completed 1', 'after completed 1']);
    // One for each step, and one for the transaction and what came before it.
    expect(((await executor.state(runId))?.revision ?? 0) <= 5).toBe(true);
    await world.verify(runId);
    await orders.close();
  });

  test('undoes the writes of an attempt that throws, and tries again as its policy says', async () => {
    const world = makeWorld();
    const orders = await withOrders(world);
    let calls = 0;
    const code = defineWorkflow({ name: 'order' }, (ctx, order: string) =>
      ctx.transaction(
        'book',
        (tx: unknown) => {
          calls += 1;
          const check = (value: unknown): unknown => {
            if (calls < 3) throw new Error('not yet');
            return value;
          };
          const written = book(tx, order);
          return written instanceof Promise ? written.then(check) : check(written);
        },
        { retry },
      ),
    );
    const executor = await world.process([code]);
    const { runId } = await executor.execute(code, 'o1');
    expect(await orders.all()).toEqual(['o1']);
    expect(await world.steps(runId)).toEqual(['book completed 3']);
    await world.verify(runId);
    await orders.close();
  });

  test('rejects with the step’s failure when it fails for good, like any other step', async () => {
    const world = makeWorld();
    const orders = await withOrders(world);
    const code = defineWorkflow({ name: 'order' }, (ctx, order: string) =>
      ctx
        .transaction('book', (tx: unknown) => {
          const written = book(tx, order);
          return written instanceof Promise ? written.then(() => Promise.reject(new Error('no'))) : orders.fail();
        })
        .catch((error: Error & { code: string }) => error.code),
    );
    const executor = await world.process([code]);
    const { runId, output } = await executor.execute(code, 'o1');
    expect(output).toBe('STEP_FAILED');
    expect(await orders.all()).toEqual([]);
    await world.verify(runId);
    await orders.close();
  });

  test('has one effect though two executors race for it: the one whose lease is lost writes nothing', async () => {
    const world = makeWorld();
    const orders = await withOrders(world);
    const code = workflow();
    for (let round = 0; round < 20; round += 1) {
      const [one, two] = [await world.process([code]), await world.process([code])];
      const { runId } = await one.start(code, `o${round}`, { detach: true });
      const ends = await Promise.allSettled([
        one.resume(runId, undefined, { takeover: true }),
        two.resume(runId, undefined, { takeover: true }),
      ]);
      // One of them may have lost the run in the middle; the other brought it to its end.
      expect(ends.some(({ status }) => status === 'fulfilled')).toBe(true);
      await world.verify(runId);
    }
    expect(await orders.all()).toEqual(Array.from({ length: 20 }, (_, round) => `o${round}`).sort());
    await orders.close();
  });

  test('is not carried out again by the process that goes on after a kill', async () => {
    const world = makeWorld();
    const orders = await withOrders(world);
    let isSecond = false;
    const code = defineWorkflow({ name: 'order' }, async (ctx, order: string) => {
      await ctx.transaction('book', (tx: unknown) => book(tx, order));
      return ctx.step('after', () => (isSecond ? 'done' : new Promise<string>(() => undefined)));
    });
    const first = await world.process([code]);
    const { runId } = await first.start(code, 'o1');
    await expect.poll(async () => (await first.state(runId))?.steps.at(-1)?.stepKey).toBe('after');
    await world.kill();
    isSecond = true;
    const second = await world.process([code]);
    expect((await second.resume(runId)).output).toBe('done');
    expect(await orders.all()).toEqual(['o1']);
    await orders.close();
  });
});

test('a transaction that is asynchronous on SQLite fails with what to do, and keeps nothing', async () => {
  const store = await openStore(':memory:');
  const { WorkflowExecutor } = await import('@sisyphus-state/executor');
  const code = defineWorkflow({ name: 'order' }, (ctx) => ctx.transaction('book', async () => 1));
  const executor = new WorkflowExecutor(store, [], { workflows: [code] });
  await expect(executor.execute(code)).rejects.toThrow(/SQLite's transactions are synchronous/);
  await store.close();
});
