import { type StartOptions, type Workflow, WorkflowExecutor } from '@sisyphus-state/executor';
import { describe, expect, test } from 'vitest';
import { openBookings } from './support/bookings.js';
import { onEachDatabase } from './support/on-each-database.js';
import type { World } from './support/world.js';

const workflow: Workflow = { name: 'ship', steps: [{ id: 'a', type: 'work' }] };

async function begin(here: World) {
  const bookings = await openBookings(here);
  const executor = new WorkflowExecutor(bookings.store);
  /** Books, and enqueues a run in the same transaction, which fails at its end if it is told to. */
  const book = (order: string, { fails = false, ...options }: StartOptions & { readonly fails?: boolean } = {}) =>
    bookings.book(order, fails, (tx) => executor.start(workflow, { order }, { ...options, tx }));
  return { ...bookings, executor, book };
}

onEachDatabase(({ world }) => {
  describe('a run that is enqueued in the application’s own transaction', () => {
    test('is taken by an idle worker of its own process when that commits', async () => {
      const here = await world();
      const { book, store, close } = await begin(here);
      const own = new WorkflowExecutor(store, { work: () => ({ shipped: true }) });
      const worker = own.work();
      const handle = await book('o1');
      expect(await handle.result()).toMatchObject({ status: 'completed', context: { shipped: true } });
      await worker.stop();
      await close();
    });

    test('does not exist when that is rolled back; one that commits is taken by an idle worker of another process', async () => {
      const here = await world();
      const { book, orders, store, close } = await begin(here);
      const worker = await here.startAndWait();
      await expect(book('o1', { fails: true })).rejects.toThrow('It is made to fail.');
      await expect(book('o2', { fails: true, startAfter: '1s' })).rejects.toThrow('It is made to fail.');
      const handle = await book('o3');
      expect(await worker.next('ended')).toMatchObject({ runId: handle.runId, how: 'workflow_completed' });
      expect([await orders(), (await store.listRuns()).map(({ id }) => id)]).toEqual([['o3'], [handle.runId]]);
      expect(here.lines.filter(({ kind }) => kind === 'effect')).toHaveLength(1);
      await close();
    });

    test('undoes the transaction when it is refused (pitfall 5)', async () => {
      const here = await world();
      const { book, orders, store, close } = await begin(here);
      const first = await book('o1', { idempotencyKey: 'only once' });
      await expect(book('o2', { idempotencyKey: 'only once' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
      await expect(book('o3', { startAfter: 'soon' })).rejects.toThrow(RangeError);
      const again = await book('o1', { idempotencyKey: 'only once' });
      expect([again.created, again.runId]).toEqual([false, first.runId]);
      expect([await orders(), await store.listRuns()]).toMatchObject([['o1', 'o1'], [{ id: first.runId }]]);
      await close();
    });
  });
});
