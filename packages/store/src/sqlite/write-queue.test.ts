import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreClosedError } from '../errors.js';
import { both, type QueueFixture, queueFixture, raise, turns } from '../test-support/queue-fixture.js';

let fixture: QueueFixture;
beforeEach(() => {
  fixture = queueFixture();
});
afterEach(() => fixture.dispose());

const states = async (writes: readonly Promise<unknown>[]): Promise<readonly string[]> =>
  (await Promise.allSettled(writes)).map(({ status }) => status);

describe('writes of one turn of the event loop', () => {
  it('are one transaction: another connection sees all of them or none', async () => {
    const { queue, insert, committed } = fixture;
    const seen: number[] = [];
    const writes = [1, 2, 3].map((x) => queue.enqueue(both(() => seen.push(committed().length), insert(x))));
    await Promise.all(writes);
    expect(seen).toEqual([0, 0, 0]);
    expect(committed()).toEqual([1, 2, 3]);
  });

  it('hear of their commit only after it', async () => {
    const { queue, insert, committed } = fixture;
    const write = queue.enqueue(insert(1)).then(() => committed());
    expect(committed()).toEqual([]);
    expect(await write).toEqual([1]);
  });

  it('commit in the order they were asked for, in groups when there are many', async () => {
    const { queue, insert, committed } = fixture;
    const all = Array.from({ length: 1000 }, (_, index) => index);
    const values = await Promise.all(all.map((x) => queue.enqueue(insert(x))));
    expect(values).toEqual(all.map((x) => x + 1));
    expect(committed()).toEqual(all);
  });

  it('are undone one by one: what throws takes only itself along', async () => {
    const { queue, insert, committed } = fixture;
    const thrown = new Error('mine');
    const half = queue.enqueue(both(insert('half'), raise(thrown)));
    const twice = queue.enqueue(insert(1));
    const again = queue.enqueue(insert(1));
    const after = queue.enqueue(insert(2));
    expect(await states([half, twice, again, after])).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
    await expect(half).rejects.toBe(thrown);
    await expect(again).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_UNIQUE' });
    expect(committed()).toEqual([1, 2]);
  });

  it('are undone alone, too', async () => {
    const { client, queue, insert, committed } = fixture;
    await expect(queue.enqueue(both(insert('half'), raise('text')))).rejects.toBe('text');
    expect(committed()).toEqual([]);
    expect(client.inTransaction).toBe(false);
  });

  it('are rejected even with nothing: what throws undefined has thrown', async () => {
    const { queue } = fixture;
    expect(await states([queue.enqueue(raise(undefined))])).toEqual(['rejected']);
    expect(await states([queue.enqueue(raise(undefined)), queue.enqueue(() => undefined)])).toEqual([
      'rejected',
      'fulfilled',
    ]);
  });

  it('do not suffer from an error of a neighbour that leads back to itself, or that comes from another database', async () => {
    const { queue, insert, committed } = fixture;
    const loop = new Error('loop');
    loop.cause = loop;
    const busy = Object.assign(new Error('busy elsewhere'), { code: 'SQLITE_BUSY' });
    const writes = [
      queue.enqueue(insert(1)),
      queue.enqueue(raise(loop)),
      queue.enqueue(raise(busy)),
      queue.enqueue(insert(2)),
    ];
    expect(await states(writes)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(committed()).toEqual([1, 2]);
  });

  it('may ask for more writes, which then belong to the next group', async () => {
    const { queue, insert, committed } = fixture;
    const inner: Promise<number>[] = [];
    const nest = (x: number) => both(() => inner.push(queue.enqueue(insert(x + 10))), insert(x));
    await Promise.all([queue.enqueue(nest(1)), queue.enqueue(nest(2))]);
    await Promise.all(inner);
    expect(committed()).toEqual([1, 2, 11, 12]);
    await queue.enqueue(nest(3));
    await Promise.all(inner);
    expect(committed()).toEqual([1, 2, 11, 12, 3, 13]);
  });
});

describe('runInside', () => {
  it('works in the transaction that its caller has open, at once', () => {
    const { client, queue, insert, committed } = fixture;
    client.transaction(() => {
      expect(queue.runInside(insert(1))).toBe(1);
      expect(committed()).toEqual([]);
    })();
    expect(committed()).toEqual([1]);
  });

  it('undoes what threw and leaves the rest to the caller', () => {
    const { client, queue, insert, committed } = fixture;
    client.transaction(() => {
      insert(1)();
      expect(() => queue.runInside(both(insert('half'), raise(new Error('mine'))))).toThrow('mine');
    })();
    expect(committed()).toEqual([1]);
  });

  it('refuses to work outside a transaction of this connection', () => {
    const { other, queue, insert, committed } = fixture;
    other.transaction(() => {
      expect(() => queue.runInside(insert(1))).toThrow(StoreClosedError);
    })();
    expect(committed()).toEqual([]);
  });
});

describe('close', () => {
  it('refuses new writes and waits for those in hand', async () => {
    const { queue, insert, committed } = fixture;
    const writes = Array.from({ length: 600 }, (_, x) => queue.enqueue(insert(x)));
    const closing = queue.close();
    await expect(queue.enqueue(insert('late'))).rejects.toBeInstanceOf(StoreClosedError);
    expect(() => queue.runInside(insert('late'))).toThrow(StoreClosedError);
    await closing;
    expect(committed()).toHaveLength(600);
    await Promise.all(writes);
  });

  it('waits for writes that wait for the lock', async () => {
    const { other, queue, insert, committed } = fixture;
    other.exec('BEGIN IMMEDIATE');
    const write = queue.enqueue(insert(1));
    const closing = queue.close();
    await turns(3);
    other.exec('COMMIT');
    await closing;
    await write;
    expect(committed()).toEqual([1]);
  });

  it('is done at once when there is nothing to wait for, and again', async () => {
    const { queue } = fixture;
    await queue.close();
    await queue.close();
  });
});
