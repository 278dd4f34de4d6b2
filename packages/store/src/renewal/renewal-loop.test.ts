import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StoreBusyError, StoreIoError } from '../errors.js';
import type { KeptLease } from './lease-table.js';
import { RenewalLoop } from './renewal-loop.js';
import type { Renewer } from './renewer.js';
import type { ReportedRenewal } from './thread-protocol.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const periodMs = 10_000;
const renewedAs = (held: boolean, revision: number, isPending = false) => ({ runId: '', held, revision, isPending });

function lease(runId: string, more: Partial<KeptLease> = {}): KeptLease {
  const until = Number.POSITIVE_INFINITY;
  return { slot: 0, generation: 1, runId, worker: 'w', fence: 1, leaseMs: 3 * periodMs, until, ...more };
}

/** A loop with a connection that renews everything; `leases` and `alive` may be changed while it runs. */
function looping(first: readonly KeptLease[] = [lease('a')]) {
  const state = { leases: first, aliveUntil: Number.POSITIVE_INFINITY };
  const renew = vi.fn<Renewer['renew']>(async (asked) => asked.map(() => renewedAs(true, 1)));
  const close = vi.fn<Renewer['close']>(async () => undefined);
  const open = vi.fn(async (): Promise<Renewer> => ({ renew, close }));
  const [told, givenUp]: [ReportedRenewal[], unknown[]] = [[], []];
  const loop = new RenewalLoop({
    periodMs,
    open,
    readLeases: () => state.leases,
    readAliveUntil: () => state.aliveUntil,
    now: () => performance.now(),
    onRenewals: (renewals) => void told.push(...renewals),
    onGivingUp: (error) => void givenUp.push(error),
  });
  loop.start();
  const renewedIds = () => renew.mock.calls.map(([leases]) => leases.map(({ runId }) => runId));
  return { loop, state, renew, open, close, told, givenUp, renewedIds };
}

describe('turns', () => {
  it('come at a third of the lease; the connection is opened in time for the first, and only once', async () => {
    const { open, renew } = looping();
    await vi.advanceTimersByTimeAsync(periodMs - 1001);
    expect(open).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(renew).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(10 * periodMs);
    expect(renew).toHaveBeenCalledTimes(11);
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('renew all leases of one length together, and no connection is opened for none', async () => {
    const { state, open, renew, renewedIds } = looping([]);
    await vi.advanceTimersByTimeAsync(3 * periodMs);
    expect(open).not.toHaveBeenCalled();
    state.leases = [lease('a'), lease('b')];
    await vi.advanceTimersByTimeAsync(periodMs);
    expect(renewedIds()).toEqual([['a', 'b']]);
    expect(renew.mock.calls[0]?.[1]).toBe(3 * periodMs);
  });

  it('renew a longer lease less often', async () => {
    const { renewedIds } = looping([lease('short'), lease('long', { leaseMs: 12 * periodMs })]);
    await vi.advanceTimersByTimeAsync(4 * periodMs);
    expect(renewedIds()).toEqual([['short'], ['long'], ['short'], ['short'], ['short']]);
    await vi.advanceTimersByTimeAsync(periodMs);
    expect(renewedIds().slice(5)).toEqual([['short'], ['long']]);
  });

  it('come more often when a shorter lease is to be kept', async () => {
    const { loop, renew } = looping([lease('a', { leaseMs: 600 })]);
    loop.setPeriod(200);
    await vi.advanceTimersByTimeAsync(0);
    expect(renew).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(600);
    expect(renew).toHaveBeenCalledTimes(4);
  });
});

describe('what may not be renewed', () => {
  it('is a lease past its limit, until it has another', async () => {
    const { state, renewedIds } = looping([lease('a'), lease('b', { until: performance.now() + periodMs })]);
    await vi.advanceTimersByTimeAsync(2 * periodMs);
    expect(renewedIds()).toEqual([['a', 'b'], ['a']]);
    state.leases = [lease('b')];
    await vi.advanceTimersByTimeAsync(periodMs);
    expect(renewedIds().at(-1)).toEqual(['b']);
  });

  it('is any lease of a process that gives no sign of life, until it does', async () => {
    const { state, renew } = looping();
    state.aliveUntil = performance.now() + periodMs;
    await vi.advanceTimersByTimeAsync(5 * periodMs);
    expect(renew).toHaveBeenCalledTimes(1);
    state.aliveUntil = Number.POSITIVE_INFINITY;
    await vi.advanceTimersByTimeAsync(periodMs);
    expect(renew).toHaveBeenCalledTimes(2);
  });
});

describe('what is told', () => {
  it('is a revision when it is another, and a loss every time', async () => {
    const { renew, told } = looping();
    const answers = [
      renewedAs(true, 3),
      renewedAs(true, 3),
      renewedAs(true, 4),
      renewedAs(false, 5),
      renewedAs(false, 5),
    ];
    for (const answer of answers) renew.mockResolvedValueOnce([answer]);
    await vi.advanceTimersByTimeAsync(5 * periodMs);
    expect(told.map(({ held, revision }) => [held, revision])).toEqual([
      [true, 3],
      [true, 4],
      [false, 5],
      [false, 5],
    ]);
    expect(told[0]).toEqual({ slot: 0, generation: 1, held: true, revision: 3 });
  });

  it('is a revision as well when another lease took the place', async () => {
    const { state, told } = looping();
    await vi.advanceTimersByTimeAsync(periodMs);
    state.leases = [lease('b', { generation: 2 })];
    await vi.advanceTimersByTimeAsync(periodMs);
    expect(told.map(({ generation }) => generation)).toEqual([1, 2]);
  });
});

describe('a row that is locked', () => {
  it('is asked for again soon, without the others', async () => {
    const { renew, renewedIds } = looping([lease('a'), lease('b', { slot: 1 })]);
    renew.mockResolvedValueOnce([renewedAs(true, 1, true), renewedAs(true, 1)]);
    await vi.advanceTimersByTimeAsync(periodMs - 1000 + 25);
    expect(renewedIds()).toEqual([['a', 'b'], ['a']]);
  });

  it('is left to the next turn when it stays so', async () => {
    const { renew } = looping();
    renew.mockResolvedValue([renewedAs(true, 1, true)]);
    await vi.advanceTimersByTimeAsync(periodMs - 1000 + periodMs / 2);
    const times = renew.mock.calls.length;
    await vi.advanceTimersByTimeAsync(periodMs / 2 - 1);
    expect(renew).toHaveBeenCalledTimes(times);
    await vi.advanceTimersByTimeAsync(1);
    expect(renew).toHaveBeenCalledTimes(times + 1);
  });
});

describe('a failure', () => {
  it('is tried again without end while the database is only busy', async () => {
    const { renew, givenUp } = looping();
    renew.mockRejectedValue(new StoreBusyError('busy'));
    await vi.advanceTimersByTimeAsync(10 * periodMs);
    expect(givenUp).toEqual([]);
    expect(renew.mock.calls.length).toBeGreaterThan(100);
    renew.mockResolvedValue([renewedAs(true, 1)]);
    await vi.advanceTimersByTimeAsync(500);
    const times = renew.mock.calls.length;
    await vi.advanceTimersByTimeAsync(periodMs);
    expect(renew).toHaveBeenCalledTimes(times + 1);
  });

  it('is given up after a period, while a third of the lease is left; nothing is tried after that', async () => {
    const { renew, givenUp, close, loop } = looping();
    const error = new StoreIoError('gone');
    await vi.advanceTimersByTimeAsync(periodMs - 1000);
    renew.mockRejectedValue(error);
    await vi.advanceTimersByTimeAsync(2 * periodMs - 1);
    expect(givenUp).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(givenUp).toEqual([error]);
    const times = renew.mock.calls.length;
    await vi.advanceTimersByTimeAsync(5 * periodMs);
    expect([renew.mock.calls.length, givenUp.length]).toEqual([times, 1]);
    await loop.stop();
    expect(close).toHaveBeenCalledTimes(1);
  });

  it('that passes is forgotten', async () => {
    const { renew, givenUp } = looping();
    for (let round = 0; round < 5; round += 1) {
      renew.mockRejectedValueOnce(new StoreIoError('cut'));
      await vi.advanceTimersByTimeAsync(periodMs);
    }
    expect(givenUp).toEqual([]);
  });

  it('to open is tried again as well', async () => {
    const { open, renew, givenUp } = looping();
    open.mockRejectedValueOnce(new StoreIoError('not yet'));
    await vi.advanceTimersByTimeAsync(periodMs);
    expect([open.mock.calls.length, renew.mock.calls.length, givenUp.length]).toEqual([2, 1, 0]);
  });
});

describe('the end', () => {
  it('waits for the renewal in hand, and closes the connection', async () => {
    const { loop, renew, close } = looping();
    let answer = (): void => undefined;
    renew.mockImplementationOnce(
      () =>
        new Promise((resolve) => {
          answer = () => resolve([renewedAs(true, 1)]);
        }),
    );
    await vi.advanceTimersByTimeAsync(periodMs);
    const stopped = loop.stop();
    await vi.advanceTimersByTimeAsync(0);
    expect(close).not.toHaveBeenCalled();
    answer();
    await stopped;
    expect(close).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves nothing behind when nothing was ever renewed', async () => {
    const { loop, open } = looping([]);
    await loop.stop();
    expect([open.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0]);
  });
});
