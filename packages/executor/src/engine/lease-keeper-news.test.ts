import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deferred } from './deferred.js';
import { LeaseKeeper } from './lease-keeper.js';
import { addTo, fakeDriver, fakeStore, settle } from './test-support/keeper-fakes.js';

const leaseMs = 30_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("an outsider's commit", () => {
  it.each<[string, (from: { ring: () => void; outsideCommit: () => void }) => unknown]>([
    ['the store tells of it', ({ ring }) => ring()],
    ['a commit made here shows it', ({ outsideCommit }) => outsideCommit()],
    ['a renewal shows it', () => vi.advanceTimersByTimeAsync(leaseMs / 3)],
  ])('that asks to cancel is passed on when %s (pitfall 23)', async (_, happen) => {
    const { store, port, ring } = fakeStore();
    const { driver, fake, outsideCommit } = fakeDriver('a');
    new LeaseKeeper(port, leaseMs).add(driver, fake.lease);
    store.readRevisions.mockResolvedValue(new Map([['a', 6]]));
    store.renewLeases.mockResolvedValue([{ runId: 'a', held: true, revision: 6 }]);
    const mail = [{ kind: 'cancel', name: 'the reason' }];
    store.readRun.mockResolvedValue({ fence: 1, revision: 6, leaseWorker: 'me' });
    store.readMail.mockResolvedValue(mail);
    await happen({ ring, outsideCommit });
    await settle();
    expect(fake.sawNews).toHaveBeenCalledWith(6, mail);
    expect(fake.abandon).not.toHaveBeenCalled();
  });

  it('that took the run over stops its driver, and its mail is left to the new holder', async () => {
    const { store, port, ring } = fakeStore();
    const { driver, fake } = fakeDriver('a');
    new LeaseKeeper(port, leaseMs).add(driver, fake.lease);
    store.readRevisions.mockResolvedValue(new Map([['a', 6]]));
    store.readRun.mockResolvedValue({ fence: 2, leaseWorker: 'them' });
    store.readMail.mockResolvedValue([{ kind: 'cancel', name: null }]);
    ring();
    await settle();
    expect(fake.abandon).toHaveBeenCalledWith(expect.objectContaining({ message: expect.stringContaining('them') }));
    expect(fake.sawNews).not.toHaveBeenCalled();
  });

  it('that was read before the run was taken anew says nothing to its new driver (pitfall 18)', async () => {
    const { store, port, ring } = fakeStore();
    const keeper = new LeaseKeeper(port, leaseMs);
    const old = fakeDriver('a');
    addTo(keeper, old);
    const read = deferred<unknown>();
    store.readRevisions.mockResolvedValue(new Map([['a', 6]]));
    store.readRun.mockReturnValueOnce(read.promise);
    ring();
    await settle();
    await old.end();
    // It failed, and this very executor resumed it, while the answer was on its way.
    const next = fakeDriver('a', { fence: 2, revision: 8 });
    addTo(keeper, next);
    read.resolve({ fence: 1, revision: 6, leaseWorker: 'me' });
    await settle();
    expect(next.fake.abandon).not.toHaveBeenCalled();
    expect(next.fake.sawNews).not.toHaveBeenCalled();
    expect(keeper.get('a')).toBe(next.driver);
  });

  it('that is seen by a renewal of the lease before says nothing to the new driver (pitfall 18)', async () => {
    const { store, port } = fakeStore();
    const keeper = new LeaseKeeper(port, leaseMs);
    const old = fakeDriver('a');
    addTo(keeper, old);
    const renewed = deferred<readonly { runId: string; held: boolean; revision: number }[]>();
    store.renewLeases.mockReturnValueOnce(renewed.promise);
    await vi.advanceTimersByTimeAsync(leaseMs / 3);
    await old.end();
    const next = fakeDriver('a', { fence: 2, revision: 8 });
    addTo(keeper, next);
    renewed.resolve([{ runId: 'a', held: false, revision: 6 }]);
    await settle();
    expect(next.fake.abandon).not.toHaveBeenCalled();
  });

  it('is looked at once for all that is told in one turn, and not at all when no run is left', async () => {
    const { store, port, ring } = fakeStore();
    const run = fakeDriver('a');
    addTo(new LeaseKeeper(port, leaseMs), run);
    for (let times = 0; times < 5; times += 1) ring();
    await settle();
    expect(store.readRevisions).toHaveBeenCalledTimes(1);
    ring();
    await run.end();
    expect(store.readRevisions).toHaveBeenCalledTimes(1);
  });

  it('on another run is not looked at: only numbers are compared', async () => {
    const { store, port, ring } = fakeStore();
    addTo(new LeaseKeeper(port, leaseMs), fakeDriver('a'));
    ring();
    await settle();
    expect(store.readRevisions).toHaveBeenCalledTimes(1);
    expect([store.readRun, store.readMail].map((read) => read.mock.calls)).toEqual([[], []]);
  });

  it('that comes while the one before is looked at is looked at next, once', async () => {
    const { store, port, ring } = fakeStore();
    const slow = deferred<ReadonlyMap<string, number>>();
    store.readRevisions.mockImplementationOnce(() => slow.promise);
    addTo(new LeaseKeeper(port, leaseMs), fakeDriver('a'));
    for (let times = 0; times < 5; times += 1) {
      ring();
      await settle();
    }
    expect(store.readRevisions).toHaveBeenCalledTimes(1);
    slow.resolve(new Map());
    await settle();
    expect(store.readRevisions).toHaveBeenCalledTimes(2);
  });

  it('on a run that has just ended here changes nothing', async () => {
    const { store, port, ring } = fakeStore();
    const run = fakeDriver('a');
    const keeper = new LeaseKeeper(port, leaseMs);
    addTo(keeper, run);
    store.readRevisions.mockResolvedValue(new Map([['a', 6]]));
    store.readMail.mockImplementation(async () => {
      await run.end();
      return [{ kind: 'cancel', name: null }];
    });
    ring();
    await settle();
    expect(run.fake.sawNews).not.toHaveBeenCalled();
  });
});
