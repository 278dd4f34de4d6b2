import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type WorkflowStore } from '@sisyphus-state/store';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WorkflowExecutor } from '../executor.js';
import type { Workflow } from '../workflow.js';

const workflow: Workflow = {
  name: 'w',
  queue: 'slow',
  priority: 3,
  tags: { by: 'me' },
  steps: [{ id: 'a', type: 'elsewhere' }],
};

describe('a run that is left to workers', () => {
  let store: WorkflowStore;
  beforeEach(async () => {
    store = await openStore(':memory:', { clock: () => 5000 });
  });
  afterEach(() => store.close());

  it('needs no handlers here, and has what its definition says', async () => {
    const { runId } = await new WorkflowExecutor(store).start(workflow, null, { detach: true });
    expect(await store.readRun(runId)).toMatchObject({
      queue: 'slow',
      priority: 3,
      tags: '{"by":"me"}',
      status: 'pending',
    });
  });

  it('has what the caller says instead', async () => {
    const options = { detach: true, queue: 'fast', priority: -1, concurrencyKey: 'tenant', tags: {} };
    const { runId } = await new WorkflowExecutor(store).start(workflow, null, options);
    expect(await store.readRun(runId)).toMatchObject({
      queue: 'fast',
      priority: -1,
      concurrencyKey: 'tenant',
      tags: '{}',
    });
  });

  it.each([
    ['a span of time', '2s', 7000],
    ['an instant', new Date(9000), 9000],
  ])('starts after %s', async (_, startAfter, wakeAt) => {
    const { runId } = await new WorkflowExecutor(store).start(workflow, null, { startAfter });
    expect(await store.readRun(runId)).toMatchObject({ wakeAt, status: 'pending' });
  });

  it.each(['soon', -1, new Date(Number.NaN)])('is refused at once for a start after %s', (startAfter) => {
    expect(() => new WorkflowExecutor(store).start(workflow, null, { startAfter })).toThrow(/startAfter/);
  });

  it('is created once for one idempotency key', async () => {
    const executor = new WorkflowExecutor(store);
    const options = { detach: true, idempotencyKey: 'k' };
    const first = await executor.start(workflow, 1, options);
    expect(await executor.start(workflow, 1, options)).toMatchObject({ runId: first.runId, created: false });
    await expect(executor.start(workflow, 2, options)).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });
});

describe("a run that is started inside the caller's own transaction", () => {
  const folder = mkdtempSync(join(tmpdir(), 'sisyphus-enqueue-'));
  const client = new Database(join(folder, 'app.db'));
  const db = drizzle({ client });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A transaction of the driver is synchronous: the promise made in it is awaited after it. */
  function within<T>(work: (tx: unknown) => T): T {
    const made: T[] = [];
    db.transaction((tx) => void made.push(work(tx)));
    const [value] = made;
    if (value === undefined) throw new Error('The transaction did nothing.');
    return value;
  }

  it('exists when that commits, and not when it is rolled back', async () => {
    const store = await openStore({ client: db });
    const executor = new WorkflowExecutor(store);
    const kept = within((tx) => executor.start(workflow, 1, { tx, idempotencyKey: 'k' }));
    expect(await (await kept).state()).toMatchObject({ status: 'pending' });
    expect(() =>
      db.transaction((tx) => {
        void executor.start(workflow, 2, { tx });
        throw new Error('roll back');
      }),
    ).toThrow('roll back');
    expect(await store.listRuns()).toHaveLength(1);
    // What is refused is thrown inside the transaction, so that it ends.
    expect(() => within((tx) => executor.start(workflow, 3, { tx, idempotencyKey: 'k' }))).toThrow(/already belongs/);
    await store.close();
    client.close();
  });
});
