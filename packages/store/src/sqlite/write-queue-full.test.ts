import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreFullError } from '../errors.js';
import { type QueueFixture, queueFixture } from '../test-support/queue-fixture.js';

let fixture: QueueFixture;
beforeEach(() => {
  fixture = queueFixture();
});
afterEach(() => fixture.dispose());

const large = 'x'.repeat(200_000);

/** Lets the database grow by this many pages and no more; 0 for no limit. */
function limit(pages: number): void {
  const now = Number(fixture.client.pragma('page_count', { simple: true }));
  fixture.client.pragma(`max_page_count = ${pages === 0 ? 1_000_000 : now + pages}`);
}

describe('a disk that is full', () => {
  it('fails the whole group with STORE_FULL and keeps nothing of it', async () => {
    const { client, queue, insert, committed } = fixture;
    limit(5);
    const writes = [queue.enqueue(insert(1)), queue.enqueue(insert(large)), queue.enqueue(insert(2))];
    for (const write of writes) {
      await expect(write).rejects.toBeInstanceOf(StoreFullError);
      await expect(write).rejects.toMatchObject({ code: 'STORE_FULL', cause: { code: 'SQLITE_FULL' } });
    }
    expect(committed()).toEqual([]);
    expect(client.inTransaction).toBe(false);
  });

  it('fails a single write the same way', async () => {
    const { queue, insert, committed } = fixture;
    limit(5);
    await expect(queue.enqueue(insert(large))).rejects.toMatchObject({ code: 'STORE_FULL' });
    expect(committed()).toEqual([]);
  });

  it('lets what still fits go on, and everything once there is room again', async () => {
    const { other, queue, insert, committed } = fixture;
    limit(5);
    await expect(queue.enqueue(insert(large))).rejects.toMatchObject({ code: 'STORE_FULL' });
    await queue.enqueue(insert(1));
    limit(0);
    await Promise.all([queue.enqueue(insert(large)), queue.enqueue(insert(2))]);
    expect(committed()).toEqual([1, large, 2]);
    expect(other.pragma('integrity_check', { simple: true })).toBe('ok');
  });
});
