import { LeaseLostError, StoreBusyError, StoreIoError, type WorkflowStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deferred } from './deferred.js';
import type { RunResult } from './driver-types.js';
import { LeaseKeeper } from './lease-keeper.js';
import type { RunDriver } from './run-driver.js';

const leaseMs = 30_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A driver of which only what the keeper uses is there. */
function fakeDriver(runId: string, { fence = 1, revision = 5 } = {}) {
  const ended = deferred<RunResult>();
  let tell = (): void => undefined;
  const fake = {
    runId,
    revision,
    lease: { runId, worker: 'me', fence, revision, expiresAt: 0 },
    result: ended.promise,
    cancel: vi.fn(),
    abandon: vi.fn((error: Error) => ended.reject(error)),
    whenOutsideCommit: (listener: () => void) => {
      tell = listener;
    },
  };
  const end = (): Promise<void> => {
    ended.resolve({ runId, status: 'completed', context: {}, output: null });
    return settle();
  };
  // The keeper asks for nothing else.
  return { driver: fake as unknown as RunDriver, fake, end, outsideCommit: () => tell() };
}

/** A store of which only what the keeper uses is there: every lease is held, and nobody else wrote. */
function fakeStore() {
  const stopWatching = vi.fn();
  let listener = (): void => undefined;
  const store = {
    renewLeases: vi.fn<WorkflowStore['renewLeases']>(async (leases) =>
      leases.map(({ runId }) => ({ runId, held: true, revision: 5 })),
    ),
    readRevisions: vi.fn<WorkflowStore['readRevisions']>(async (runIds) => new Map(runIds.map((runId) => [runId, 5]))),
    readRun: vi.fn(async (_: string): Promise<unknown> => ({ fence: 1, leaseWorker: 'me' })),
    readMail: vi.fn(async (_: string): Promise<readonly unknown[]> => []),
    watch: vi.fn((added: () => void) => {
      listener = added;
      return stopWatching;
    }),
  };
  // The keeper asks for nothing else.
  return { store, port: store as unknown as WorkflowStore, stopWatching, ring: () => listener() };
}

const settle = async (): Promise<void> => void (await vi.advanceTimersByTimeAsync(0));

describe('the leases of the runs that are driven', () => {
  it('are renewed together, at a third of their time', async () => {
    const { store, port } = fakeStore();
    const keeper = new LeaseKeeper(port, leaseMs);
    const [first, second] = [fakeDriver('a'), fakeDriver('b')];
    keeper.add(first.driver);
    keeper.add(second.driver);
    await vi.advanceTimersByTimeAsync(leaseMs / 3 - 1);
    expect(store.renewLeases).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(store.renewLeases.mock.calls).toEqual([[[first.fake.lease, second.fake.lease], leaseMs]]);
    await vi.advanceTimersByTimeAsync(leaseMs);
    expect(store.renewLeases).toHaveBeenCalledTimes(4);
  });

  it('are not asked for again while an answer is still to come', async () => {
    const { store, port } = fakeStore();
    const answer = deferred<[]>();
    store.renewLeases.mockImplementationOnce(() => answer.promise);
    new LeaseKeeper(port, leaseMs).add(fakeDriver('a').driver);
    await vi.advanceTimersByTimeAsync(leaseMs);
    expect(store.renewLeases).toHaveBeenCalledTimes(1);
    answer.resolve([]);
    await vi.advanceTimersByTimeAsync(leaseMs / 3);
    expect(store.renewLeases).toHaveBeenCalledTimes(2);
  });

  it('stop a run that lost its own, at once, and no other (pitfall 16)', async () => {
    const { store, port } = fakeStore();
    const keeper = new LeaseKeeper(port, leaseMs);
    const [lost, held] = [fakeDriver('lost'), fakeDriver('held')];
    keeper.add(lost.driver);
    keeper.add(held.driver);
    store.renewLeases.mockResolvedValueOnce([
      { runId: 'lost', held: false, revision: 9 },
      { runId: 'held', held: true, revision: 5 },
    ]);
    await vi.advanceTimersByTimeAsync(leaseMs / 3);
    expect(lost.fake.abandon).toHaveBeenCalledWith(expect.any(LeaseLostError));
    expect(held.fake.abandon).not.toHaveBeenCalled();
    expect(keeper.drivers).toEqual([held.driver]);
  });

  it('are kept over a store that is busy for a while, and asked for again', async () => {
    const { store, port } = fakeStore();
    const { driver, fake } = fakeDriver('a');
    store.renewLeases.mockRejectedValueOnce(new StoreBusyError('busy'));
    new LeaseKeeper(port, leaseMs).add(driver);
    await vi.advanceTimersByTimeAsync((2 * leaseMs) / 3);
    expect(fake.abandon).not.toHaveBeenCalled();
    expect(store.renewLeases).toHaveBeenCalledTimes(2);
  });

  it('are given up, all, when the store cannot be used any more', async () => {
    const { store, port } = fakeStore();
    const runs = [fakeDriver('a'), fakeDriver('b')];
    const error = new StoreIoError('gone');
    store.renewLeases.mockRejectedValueOnce(error);
    const keeper = new LeaseKeeper(port, leaseMs);
    for (const { driver } of runs) keeper.add(driver);
    await vi.advanceTimersByTimeAsync(leaseMs / 3);
    for (const { fake } of runs) expect(fake.abandon).toHaveBeenCalledWith(error);
  });

  it('keep the process up while there are runs, and not longer', async () => {
    const { port, stopWatching } = fakeStore();
    const keeper = new LeaseKeeper(port, leaseMs);
    const [first, second] = [fakeDriver('a'), fakeDriver('b')];
    keeper.add(first.driver);
    keeper.add(second.driver);
    await first.end();
    expect([vi.getTimerCount(), keeper.get('a'), keeper.get('b')]).toEqual([1, undefined, second.driver]);
    await second.end();
    expect([vi.getTimerCount(), keeper.drivers]).toEqual([0, []]);
    expect(stopWatching).toHaveBeenCalledTimes(1);
  });

  it('stay with the newer driver of a run when an older one ends (pitfall 18)', async () => {
    const keeper = new LeaseKeeper(fakeStore().port, leaseMs);
    const [older, newer] = [fakeDriver('a'), fakeDriver('a', { fence: 2 })];
    keeper.add(older.driver);
    keeper.add(newer.driver);
    await older.end();
    expect(keeper.get('a')).toBe(newer.driver);
  });
});

describe("an outsider's commit", () => {
  it.each<[string, (from: { ring: () => void; outsideCommit: () => void }) => unknown]>([
    ['the store tells of it', ({ ring }) => ring()],
    ['a commit made here shows it', ({ outsideCommit }) => outsideCommit()],
    ['a renewal shows it', () => vi.advanceTimersByTimeAsync(leaseMs / 3)],
  ])('that asks to cancel is acted on when %s (pitfall 23)', async (_, happen) => {
    const { store, port, ring } = fakeStore();
    const { driver, fake, outsideCommit } = fakeDriver('a');
    new LeaseKeeper(port, leaseMs).add(driver);
    store.readRevisions.mockResolvedValue(new Map([['a', 6]]));
    store.renewLeases.mockResolvedValue([{ runId: 'a', held: true, revision: 6 }]);
    store.readMail.mockResolvedValue([
      { kind: 'signal', name: 'x' },
      { kind: 'cancel', name: 'the reason' },
    ]);
    await happen({ ring, outsideCommit });
    await settle();
    expect(fake.cancel).toHaveBeenCalledWith('the reason');
    expect(fake.abandon).not.toHaveBeenCalled();
  });

  it('that took the run over stops its driver, and its mail is left to the new holder', async () => {
    const { store, port, ring } = fakeStore();
    const { driver, fake } = fakeDriver('a');
    new LeaseKeeper(port, leaseMs).add(driver);
    store.readRevisions.mockResolvedValue(new Map([['a', 6]]));
    store.readRun.mockResolvedValue({ fence: 2, leaseWorker: 'them' });
    store.readMail.mockResolvedValue([{ kind: 'cancel', name: null }]);
    ring();
    await settle();
    expect(fake.abandon).toHaveBeenCalledWith(expect.objectContaining({ message: expect.stringContaining('them') }));
    expect(fake.cancel).not.toHaveBeenCalled();
  });

  it('on another run is not looked at: only numbers are compared', async () => {
    const { store, port, ring } = fakeStore();
    new LeaseKeeper(port, leaseMs).add(fakeDriver('a').driver);
    ring();
    await settle();
    expect(store.readRevisions).toHaveBeenCalledTimes(1);
    expect([store.readRun, store.readMail].map((read) => read.mock.calls)).toEqual([[], []]);
  });

  it('that comes while the one before is looked at is looked at next, once', async () => {
    const { store, port, ring } = fakeStore();
    const slow = deferred<ReadonlyMap<string, number>>();
    store.readRevisions.mockImplementationOnce(() => slow.promise);
    new LeaseKeeper(port, leaseMs).add(fakeDriver('a').driver);
    for (let times = 0; times < 5; times += 1) ring();
    expect(store.readRevisions).toHaveBeenCalledTimes(1);
    slow.resolve(new Map());
    await settle();
    expect(store.readRevisions).toHaveBeenCalledTimes(2);
  });

  it('on a run that has just ended here changes nothing', async () => {
    const { store, port, ring } = fakeStore();
    const run = fakeDriver('a');
    const keeper = new LeaseKeeper(port, leaseMs);
    keeper.add(run.driver);
    store.readRevisions.mockResolvedValue(new Map([['a', 6]]));
    store.readMail.mockImplementation(async () => {
      await run.end();
      return [{ kind: 'cancel', name: null }];
    });
    ring();
    await settle();
    expect(run.fake.cancel).not.toHaveBeenCalled();
  });
});
