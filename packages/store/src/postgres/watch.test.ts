import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PgConnection, PgPool } from './client.js';
import { ChangeWatch } from './watch.js';

class FakeConnection extends EventEmitter {
  readonly sent: string[] = [];
  released: unknown = null;
  async query(text: unknown) {
    this.sent.push(String(text));
    return { rows: [] };
  }
  release(broken?: unknown) {
    this.released = broken ?? false;
  }
}

function fakePool(mayConnect: () => boolean = () => true) {
  const connections: FakeConnection[] = [];
  const pool: Pick<PgPool, 'connect'> = {
    connect: async () => {
      if (!mayConnect()) throw new Error('connect ECONNREFUSED');
      const connection = new FakeConnection();
      connections.push(connection);
      // It does what the watch asks of a connection.
      return connection as unknown as PgConnection;
    },
  };
  // Only `connect` is used.
  return { pool: pool as PgPool, connections };
}

const settle = async () => {
  for (let n = 0; n < 10; n++) await Promise.resolve();
};
const notice = (connection: FakeConnection | undefined, channel = 'c') => connection?.emit('notification', { channel });

describe('ChangeWatch', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('listens only while somebody watches, and closes the connection afterwards', async () => {
    const { pool, connections } = fakePool();
    const watch = new ChangeWatch(pool, 'c');
    expect(connections).toHaveLength(0);
    const stop = watch.add(() => undefined);
    await settle();
    expect(connections[0]?.sent).toEqual(['LISTEN "c"']);
    stop();
    expect(connections[0]?.released).toBe(true);
  });

  it('calls listeners once for a burst of notices, and not for another channel’s', async () => {
    const { pool, connections } = fakePool();
    let calls = 0;
    const watch = new ChangeWatch(pool, 'c');
    watch.add(() => void calls++);
    await settle();
    calls = 0;
    notice(connections[0]);
    notice(connections[0]);
    notice(connections[0], 'another');
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toBe(1);
    watch.stop();
  });

  it('polls while it has no connection, asks for one again, and calls once more when it is back', async () => {
    let reachable = false;
    const { pool, connections } = fakePool(() => reachable);
    let calls = 0;
    const watch = new ChangeWatch(pool, 'c', { pollMs: 100, safetyMs: 10_000 });
    watch.add(() => void calls++);
    await settle();
    await vi.advanceTimersByTimeAsync(250);
    expect([calls, connections.length]).toEqual([2, 0]);
    reachable = true;
    await vi.advanceTimersByTimeAsync(100);
    expect([calls, connections.length]).toEqual([4, 1]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(calls).toBe(4);
    watch.stop();
  });

  it('falls back to polling when its connection is lost, and recovers', async () => {
    const { pool, connections } = fakePool();
    let calls = 0;
    const watch = new ChangeWatch(pool, 'c', { pollMs: 100, safetyMs: 10_000 });
    watch.add(() => void calls++);
    await settle();
    calls = 0;
    connections[0]?.emit('error', new Error('Connection terminated unexpectedly'));
    expect(connections[0]?.released).toBe(true);
    await vi.advanceTimersByTimeAsync(100);
    expect([calls, connections.length]).toEqual([2, 2]);
    notice(connections[1]);
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toBe(3);
    watch.stop();
  });

  it('calls listeners now and then all the same, for what a pooler in between swallows', async () => {
    const { pool } = fakePool();
    let calls = 0;
    const watch = new ChangeWatch(pool, 'c', { safetyMs: 1000 });
    watch.add(() => void calls++);
    await settle();
    calls = 0;
    await vi.advanceTimersByTimeAsync(3000);
    expect(calls).toBe(3);
    watch.stop();
  });

  it('only polls where the pool has no connection to spare', async () => {
    const { pool, connections } = fakePool();
    let calls = 0;
    const watch = new ChangeWatch(pool, 'c', { pollMs: 100, mayListen: false });
    watch.add(() => void calls++);
    await vi.advanceTimersByTimeAsync(300);
    expect([calls, connections.length]).toEqual([3, 0]);
    watch.stop();
  });

  it('gives back a connection that came when nobody watched any more', async () => {
    const { pool, connections } = fakePool();
    const watch = new ChangeWatch(pool, 'c');
    watch.add(() => undefined)();
    await settle();
    expect(connections[0]?.released).toBe(true);
  });
});
