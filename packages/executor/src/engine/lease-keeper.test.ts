import { LeaseLostError, StoreBusyError, StoreIoError } from '@sisyphus-state/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deferred } from './deferred.js';
import { LeaseKeeper } from './lease-keeper.js';
import { addTo, fakeDriver, fakeStore, settle } from './test-support/keeper-fakes.js';

const leaseMs = 30_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the leases of the runs that are driven', () => {
  it('are renewed together, at a third of their time', async () => {
    const { store, port } = fakeStore();
    const keeper = new LeaseKeeper(port, leaseMs);
    const [first, second] = [fakeDriver('a'), fakeDriver('b')];
    addTo(keeper, first);
    addTo(keeper, second);
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
    addTo(new LeaseKeeper(port, leaseMs), fakeDriver('a'));
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
    addTo(keeper, lost);
    addTo(keeper, held);
    store.renewLeases.mockResolvedValueOnce([
      { runId: 'lost', held: false, revision: 9 },
      { runId: 'held', held: true, revision: 5 },
    ]);
    await vi.advanceTimersByTimeAsync(leaseMs / 3);
    expect(lost.fake.abandon).toHaveBeenCalledWith(expect.any(LeaseLostError));
    expect(held.fake.abandon).not.toHaveBeenCalled();
    expect(keeper.drivers).toEqual([held.driver]);
  });

  it('leave a run alone whose own commit is on its way: it may be the one that ended it', async () => {
    const { store, port } = fakeStore();
    const run = fakeDriver('a');
    run.fake.isCommitting = true;
    addTo(new LeaseKeeper(port, leaseMs), run);
    store.renewLeases.mockResolvedValue([{ runId: 'a', held: false, revision: 5 }]);
    await vi.advanceTimersByTimeAsync(leaseMs / 3);
    expect(run.fake.abandon).not.toHaveBeenCalled();
    run.fake.isCommitting = false;
    await vi.advanceTimersByTimeAsync(leaseMs / 3);
    expect(run.fake.abandon).toHaveBeenCalledWith(expect.any(LeaseLostError));
  });

  it('are kept over a store that is busy for a while, and asked for again', async () => {
    const { store, port } = fakeStore();
    const { driver, fake } = fakeDriver('a');
    store.renewLeases.mockRejectedValueOnce(new StoreBusyError('busy'));
    new LeaseKeeper(port, leaseMs).add(driver, fake.lease);
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
    for (const run of runs) addTo(keeper, run);
    await vi.advanceTimersByTimeAsync(leaseMs / 3);
    for (const { fake } of runs) expect(fake.abandon).toHaveBeenCalledWith(error);
  });

  it('keep the process up while there are runs, and not longer', async () => {
    const { port, stopWatching } = fakeStore();
    const timers = vi.spyOn(globalThis, 'setInterval');
    const hasRef = () => timers.mock.results.some(({ value }) => value.hasRef());
    const keeper = new LeaseKeeper(port, leaseMs);
    const [first, second] = [fakeDriver('a'), fakeDriver('b')];
    addTo(keeper, first);
    addTo(keeper, second);
    await first.end();
    expect([hasRef(), keeper.get('a'), keeper.get('b')]).toEqual([true, undefined, second.driver]);
    await second.end();
    expect([hasRef(), keeper.drivers]).toEqual([false, []]);
    await vi.advanceTimersByTimeAsync(leaseMs);
    expect(vi.getTimerCount()).toBe(0);
    expect(stopWatching).toHaveBeenCalledTimes(1);
  });

  it('stay with the newer driver of a run when an older one ends (pitfall 18)', async () => {
    const keeper = new LeaseKeeper(fakeStore().port, leaseMs);
    const [older, newer] = [fakeDriver('a'), fakeDriver('a', { fence: 2 })];
    addTo(keeper, older);
    addTo(keeper, newer);
    await older.end();
    expect(keeper.get('a')).toBe(newer.driver);
  });
});

describe('leases that a thread renews', () => {
  function kept() {
    const world = fakeStore('thread');
    const keeper = new LeaseKeeper(world.port, leaseMs);
    const run = fakeDriver('a');
    addTo(keeper, run);
    return { ...world, keeper, run };
  }

  it('are in its hands before the first handler is entered, and until the run ends here', async () => {
    const { store, thread, run } = kept();
    expect(thread.keep).toHaveBeenCalledWith(run.fake.lease);
    await vi.advanceTimersByTimeAsync(leaseMs);
    expect(store.renewLeases).not.toHaveBeenCalled();
    expect(thread.drop).not.toHaveBeenCalled();
    await run.end();
    expect(thread.drop).toHaveBeenCalledWith('a');
  });

  it('are not dropped with an older driver of the same run, nor limited by it (pitfall 18)', async () => {
    const { thread, keeper, run } = kept();
    const newer = fakeDriver('a', { fence: 2 });
    addTo(keeper, newer);
    run.limit(5);
    await run.end();
    expect([thread.drop.mock.calls, thread.allowUntil.mock.calls]).toEqual([[], []]);
    newer.limit(7);
    expect(thread.allowUntil.mock.calls).toEqual([['a', 7]]);
  });

  it('stop a run whose lease the thread found lost (pitfall 17)', async () => {
    const { told, run } = kept();
    told().onRenewals([{ runId: 'a', held: false, revision: 9 }]);
    await settle();
    expect(run.fake.abandon).toHaveBeenCalledWith(expect.any(LeaseLostError));
  });

  it("show an outsider's commit", async () => {
    const { store, told, run } = kept();
    store.readRevisions.mockResolvedValue(new Map([['a', 6]]));
    store.readRun.mockResolvedValue({ fence: 1, revision: 6 });
    told().onRenewals([{ runId: 'a', held: true, revision: 6 }]);
    await settle();
    expect(run.fake.sawNews).toHaveBeenCalledWith(6, []);
  });
});
