import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StoreBusyError } from '../errors.js';
import { type QueueFixture, queueFixture, turns } from '../test-support/queue-fixture.js';

let fixture: QueueFixture;
beforeEach(() => {
  fixture = queueFixture();
});
afterEach(() => fixture.dispose());

describe('while another connection has the write lock', () => {
  it('waits, and goes on as soon as the lock is free', async () => {
    const { other, queue, insert, committed } = fixture;
    other.exec('BEGIN IMMEDIATE; INSERT INTO t VALUES (0)');
    const write = queue.enqueue(insert(1));
    await turns(20);
    other.exec('COMMIT');
    await write;
    expect(committed()).toEqual([0, 1]);
  });

  it('lets the event loop turn meanwhile (pitfall 28)', async () => {
    const { other, queue, insert, committed } = fixture;
    other.exec('BEGIN IMMEDIATE');
    const write = queue.enqueue(insert(1));
    // The lock is freed only after these turns: a queue that waited without letting go would wait for ever.
    await turns(100);
    other.exec('COMMIT');
    await write;
    expect(committed()).toEqual([1]);
  });

  it('takes in more writes, which commit with the first', async () => {
    const { other, queue, insert, committed } = fixture;
    other.exec('BEGIN IMMEDIATE');
    const writes = [queue.enqueue(insert(1))];
    await turns(3);
    writes.push(queue.enqueue(insert(2)));
    other.exec('COMMIT');
    await Promise.all(writes);
    expect(committed()).toEqual([1, 2]);
  });

  it('gives up after busyMs with STORE_BUSY, keeps nothing, and works again afterwards', async () => {
    const { other, queueWith, insert, committed } = fixture;
    const impatient = queueWith({ busyMs: 20 });
    other.exec('BEGIN IMMEDIATE');
    const write = impatient.enqueue(insert(1));
    await expect(write).rejects.toBeInstanceOf(StoreBusyError);
    await expect(write).rejects.toThrow('q.db');
    await expect(write).rejects.toMatchObject({ code: 'STORE_BUSY', retryable: true });
    other.exec('COMMIT');
    await impatient.enqueue(insert(2));
    expect(committed()).toEqual([2]);
  });

  it('gives every write its own busyMs, however long others have waited', async () => {
    const { other, queueWith, insert, committed } = fixture;
    let now = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
    const impatient = queueWith({ busyMs: 1000 });
    other.exec('BEGIN IMMEDIATE');
    const early = impatient.enqueue(insert(1));
    await turns(3);
    now = 999;
    const late = impatient.enqueue(insert(2));
    await turns(3);
    now = 1000;
    await expect(early).rejects.toMatchObject({ code: 'STORE_BUSY' });
    other.exec('COMMIT');
    await late;
    clock.mockRestore();
    expect(committed()).toEqual([2]);
  });
});

describe('on a connection that its owner uses too', () => {
  it('waits for the end of a transaction that was left open', async () => {
    const { client, queue, insert, committed } = fixture;
    client.exec('BEGIN; INSERT INTO t VALUES (0)');
    const write = queue.enqueue(insert(1));
    await turns(5);
    expect(committed()).toEqual([]);
    client.exec('ROLLBACK');
    await write;
    expect(committed()).toEqual([1]);
  });

  it('waits for a query that is still being read', async () => {
    const { client, queue, insert, committed } = fixture;
    await Promise.all([queue.enqueue(insert(1)), queue.enqueue(insert(2))]);
    const reading = client.prepare('SELECT x FROM t').iterate();
    reading.next();
    const write = queue.enqueue(insert(3));
    await turns(5);
    reading.return?.();
    await write;
    expect(committed()).toEqual([1, 2, 3]);
  });

  it('rolls back, if later, when a write leaves a query half-read and fails', async () => {
    const { client, queue, insert, committed } = fixture;
    await queue.enqueue(insert(1));
    let reading: IterableIterator<unknown> | undefined;
    const write = queue.enqueue(() => {
      insert(2)();
      reading = client.prepare('SELECT x FROM t').iterate();
      reading.next();
      throw new Error('and now?');
    });
    await expect(write).rejects.toThrow('and now?');
    const next = queue.enqueue(insert(3));
    reading?.return?.();
    await next;
    expect(committed()).toEqual([1, 3]);
  });

  it('asks for the lock with a short timeout and puts the owner’s back', async () => {
    const { client, other, queueWith, insert } = fixture;
    client.pragma('busy_timeout = 4321');
    const borrowed = queueWith({ borrowedTimeoutMs: 5 });
    other.exec('BEGIN IMMEDIATE');
    const write = borrowed.enqueue(insert(1));
    await turns(20);
    expect(client.pragma('busy_timeout', { simple: true })).toBe(4321);
    other.exec('COMMIT');
    await write;
    expect(client.pragma('busy_timeout', { simple: true })).toBe(4321);
  });

  it('blocks nobody for the owner’s timeout where a reader keeps a commit waiting, as it can outside of WAL', async () => {
    const { client, other, queueWith, insert } = fixture;
    other.close();
    client.pragma('journal_mode = DELETE');
    client.pragma('busy_timeout = 600000');
    const reader = new Database(client.name);
    const reading = reader.prepare('SELECT count(*) FROM sqlite_master').iterate();
    reading.next();
    const write = queueWith({ borrowedTimeoutMs: 5 }).enqueue(insert(1));
    // The reader ends only after these turns: a commit that waited by itself would wait for ten minutes.
    await turns(10);
    reading.return?.();
    expect(await write).toBe(1);
    reader.close();
  });

  it('says STORE_CLOSED when the owner closed it, and hurts nobody', async () => {
    const { client, queue, queueWith, insert } = fixture;
    const borrowed = queueWith({ borrowedTimeoutMs: 5 });
    const writes = [queue.enqueue(insert(1)), queue.enqueue(insert(2)), borrowed.enqueue(insert(3))];
    client.close();
    for (const write of writes) await expect(write).rejects.toMatchObject({ code: 'STORE_CLOSED' });
  });
});
