import { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import type { Renewal, RenewalOptions } from '../store-types.js';
import { readLeases } from './lease-table.js';
import { RenewalControl } from './renewal-control.js';
import { StoreRenewals } from './store-renewals.js';
import type { FromThread, ThreadStart, ToThread } from './thread-protocol.js';

const statements = { renewLeases: { text: '', params: [], names: [] }, readFence: { text: '', params: [], names: [] } };
const target = { dialect: 'sqlite', path: '/x.db', statements } as const;

/** A worker of which only what is asked for is there; what the thread would see and say is in the test's hands. */
class FakeWorker extends EventEmitter {
  readonly start: ThreadStart;
  readonly received: ToThread[] = [];
  readonly ref = vi.fn();
  readonly unref = vi.fn();
  readonly terminate = vi.fn(async () => 0);

  constructor(start: ThreadStart) {
    super();
    this.start = start;
  }

  postMessage(message: ToThread): void {
    this.received.push(message);
  }

  say(message: FromThread): void {
    this.emit('message', message);
  }

  get control(): RenewalControl {
    return new RenewalControl(this.start.control);
  }

  /** The leases as the thread sees them. */
  get leases() {
    const table = this.received.findLast((message) => message.kind === 'table')?.table ?? this.start.table;
    return readLeases(table);
  }
}

function world() {
  const workers: FakeWorker[] = [];
  const spawn = vi.fn((start: ThreadStart): Worker => {
    const worker = new FakeWorker(start);
    workers.push(worker);
    return worker as unknown as Worker; // nothing else of it is used
  });
  const renewals = new StoreRenewals(target, '/x.db', spawn);
  const hold = (more: Partial<RenewalOptions> = {}) => {
    const [told, errors]: [Renewal[], Error[]] = [[], []];
    const options = {
      leaseMs: 30_000,
      onRenewals: (all: readonly Renewal[]) => void told.push(...all),
      onError: (error: Error) => void errors.push(error),
      ...more,
    };
    return { leases: renewals.start(options) ?? expect.fail('the store is open'), told, errors };
  };
  return { renewals, workers, spawn, hold };
}

const lease = (runId: string, fence = 1) => ({ runId, fence, worker: 'w', revision: 1, expiresAt: 0 });

describe("a store's thread", () => {
  it('is started with the first holder and shared by all; it keeps no process up', () => {
    const { workers, hold } = world();
    hold();
    hold();
    expect(workers).toHaveLength(1);
    expect(workers[0]?.unref).toHaveBeenCalled();
    expect(workers[0]?.start).toMatchObject({ target, periodMs: 10_000 });
  });

  it('takes its turns by the shortest lease', () => {
    const { workers, hold } = world();
    hold();
    hold({ leaseMs: 60_000 });
    hold({ leaseMs: 3_000 });
    expect(workers[0]?.received).toEqual([{ kind: 'period', periodMs: 1000 }]);
  });

  it('sees a lease as soon as it is kept, without a message, and no more when it is dropped', () => {
    const { workers, hold } = world();
    const { leases } = hold();
    leases.keep(lease('a', 3));
    leases.keep(lease('b'));
    leases.allowUntil('b', 17);
    leases.allowUntil('nobody', 17);
    const until = Number.POSITIVE_INFINITY;
    expect(workers[0]?.leases).toMatchObject([
      { runId: 'a', fence: 3, worker: 'w', leaseMs: 30_000, until },
      { runId: 'b', until: 17 },
    ]);
    leases.drop('a');
    leases.drop('a');
    expect(workers[0]?.leases.map(({ runId }) => runId)).toEqual(['b']);
    expect(workers[0]?.received).toEqual([]);
  });

  it('sees a lease that was kept again once, as it is now', () => {
    const { workers, hold } = world();
    const { leases } = hold();
    leases.keep(lease('a', 1));
    leases.keep(lease('a', 2));
    expect(workers[0]?.leases).toMatchObject([{ runId: 'a', fence: 2 }]);
  });

  it('is told where the leases are when there are many', () => {
    const { workers, hold } = world();
    const { leases } = hold();
    for (let n = 0; n < 200; n += 1) leases.keep(lease(`run ${n}`));
    expect(workers[0]?.leases).toHaveLength(200);
    expect(workers[0]?.received.map(({ kind }) => kind)).toEqual(['table', 'table']);
  });

  it('hears of signs of life at once', () => {
    const { workers, hold } = world();
    const { leases } = hold({ maxSilenceMs: 5000 });
    leases.beat();
    const left = (workers[0]?.control.aliveUntil ?? 0) - performance.now();
    expect([left > 4000, left <= 5000]).toEqual([true, true]);
  });

  it('takes a lease that comes after a long silence for a sign of life', () => {
    const { workers, hold } = world();
    const { leases } = hold();
    const control = workers[0]?.control ?? expect.fail('it was started');
    control.aliveUntil = 0;
    leases.keep(lease('a'));
    expect(control.aliveUntil).toBeGreaterThan(performance.now());
  });
});

describe('what the thread finds', () => {
  it('is told to the holder of the lease', () => {
    const { workers, hold } = world();
    const [one, other] = [hold(), hold()];
    one.leases.keep(lease('a'));
    other.leases.keep(lease('b'));
    const [a, b] = workers[0]?.leases ?? [];
    workers[0]?.say({ kind: 'renewals', renewals: [reported(b, false), reported(a, true)] });
    expect(one.told).toEqual([{ runId: 'a', held: true, revision: 7 }]);
    expect(other.told).toEqual([{ runId: 'b', held: false, revision: 7 }]);
  });

  it('is told to nobody for a lease that was dropped, or kept anew, meanwhile', () => {
    const { workers, hold } = world();
    const { leases, told } = hold();
    leases.keep(lease('a'));
    const [before] = workers[0]?.leases ?? [];
    leases.keep(lease('a', 2));
    workers[0]?.say({ kind: 'renewals', renewals: [reported(before, false)] });
    leases.drop('a');
    workers[0]?.say({ kind: 'renewals', renewals: [reported(before, false)] });
    expect(told).toEqual([]);
  });
});

describe('the end of the thread', () => {
  it.each<[string, (worker: FakeWorker) => void, string]>([
    ['it gave up', (worker) => worker.say({ kind: 'failed', reason: 'no way in' }), 'no way in'],
    ['an error nobody caught', (worker) => worker.emit('error', new Error('a fault')), 'a fault'],
    ['an exit', (worker) => worker.emit('exit', 1), 'exit code 1'],
  ])('by itself (%s) is told to all who hold leases, once; the next one starts another', (_, happen, reason) => {
    const { workers, hold } = world();
    const [one, other] = [hold(), hold()];
    if (workers[0] !== undefined) {
      happen(workers[0]);
      workers[0].emit('exit', 1);
    }
    for (const { errors } of [one, other])
      expect(errors).toMatchObject([{ code: 'LEASE_RENEWAL', message: expect.stringContaining(reason) }]);
    one.leases.keep(lease('a'));
    one.leases.drop('a');
    hold().leases.keep(lease('b'));
    expect(workers).toHaveLength(2);
    expect(workers.map((worker) => worker.leases.map(({ runId }) => runId))).toEqual([[], ['b']]);
  });

  it('before it could be started is told the same way', async () => {
    const { spawn, hold } = world();
    spawn.mockImplementationOnce(() => {
      throw new Error('no threads here');
    });
    const { errors, leases } = hold();
    expect(errors).toEqual([]);
    await Promise.resolve();
    expect(errors).toMatchObject([{ code: 'LEASE_RENEWAL' }]);
    leases.stop();
  });

  it('comes with the store, which waits for a connection to be closed', async () => {
    const { renewals, workers, hold } = world();
    const { leases, errors } = hold();
    leases.keep(lease('a'));
    const [worker] = workers;
    expect(worker?.control.mayConnect()).toBe(true);
    let isClosed = false;
    const closed = renewals.close().then(() => {
      isClosed = true;
    });
    expect([worker?.received, worker?.leases, worker?.ref.mock.calls.length]).toEqual([[{ kind: 'stop' }], [], 1]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isClosed).toBe(false);
    worker?.emit('exit', 0);
    await closed;
    expect([errors, worker?.terminate.mock.calls.length]).toEqual([[], 0]);
    expect(renewals.start({ leaseMs: 1, onRenewals: () => {}, onError: () => {} })).toBeNull();
  });

  it('is not waited for while it has no connection, and it opens none after that', async () => {
    const { renewals, workers, hold } = world();
    hold();
    await renewals.close();
    expect(workers[0]?.terminate).toHaveBeenCalledTimes(1);
    expect(workers[0]?.control.mayConnect()).toBe(false);
  });

  it('comes a while after the last holder, unless there is another by then', () => {
    vi.useFakeTimers();
    try {
      const { workers, hold } = world();
      const [one, other] = [hold(), hold()];
      one.leases.keep(lease('a'));
      other.leases.keep(lease('b'));
      one.leases.stop();
      one.leases.stop();
      vi.advanceTimersByTime(200_000);
      expect(workers[0]?.leases.map(({ runId }) => runId)).toEqual(['b']);
      other.leases.stop();
      expect(workers[0]?.leases).toEqual([]);
      vi.advanceTimersByTime(59_000);
      const third = hold();
      vi.advanceTimersByTime(200_000);
      expect([workers.length, workers[0]?.terminate.mock.calls.length]).toEqual([1, 0]);
      third.leases.stop();
      vi.advanceTimersByTime(60_000);
      expect(workers[0]?.terminate).toHaveBeenCalledTimes(1);
      expect([one, other, third].flatMap(({ errors }) => errors)).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });
});

function reported(lease: { readonly slot: number; readonly generation: number } | undefined, held: boolean) {
  const { slot, generation } = lease ?? expect.fail('the thread sees the lease');
  return { slot, generation, held, revision: 7 };
}
