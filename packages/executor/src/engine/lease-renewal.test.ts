import type { Lease, LeaseRenewals, RenewalOptions, WorkflowStore } from '@sisyphus-state/store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LeaseRenewal } from './lease-renewal.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const leaseMs = 30_000;
const minuteMs = 60_000;
const lease: Lease = { runId: 'a', worker: 'me', fence: 1, revision: 1, expiresAt: 0 };

function renewing(how: 'thread' | 'process' = 'thread', lengthMs = leaseMs) {
  const thread = { keep: vi.fn(), drop: vi.fn(), allowUntil: vi.fn(), beat: vi.fn(), stop: vi.fn() };
  const startRenewals = vi.fn((_: RenewalOptions): LeaseRenewals | null => thread);
  const readLeases = vi.fn((): readonly Lease[] => []);
  const [renewHere, onRenewals, onIdle] = [vi.fn(), vi.fn(), vi.fn()];
  // Nothing else is asked of the store.
  const store = { capabilities: { leaseRenewal: how }, startRenewals } as unknown as WorkflowStore;
  const renewal = new LeaseRenewal({ store, leaseMs: lengthMs, readLeases, renewHere, onRenewals, onIdle });
  const told = (): RenewalOptions => startRenewals.mock.lastCall?.[0] as RenewalOptions; // it was started
  return { renewal, thread, startRenewals, told, readLeases, renewHere, onRenewals, onIdle };
}

describe('with a thread', () => {
  it('is started for the first lease, once, and told of every lease', () => {
    const { renewal, thread, startRenewals, onRenewals, told } = renewing();
    expect(startRenewals).not.toHaveBeenCalled();
    renewal.keep(lease);
    renewal.keep({ ...lease, runId: 'b' });
    expect(startRenewals).toHaveBeenCalledTimes(1);
    expect(told()).toMatchObject({ leaseMs, onRenewals });
    expect(thread.keep.mock.calls.map(([kept]) => kept.runId)).toEqual(['a', 'b']);
  });

  it('only a sign of life comes from the event loop, every second', () => {
    const { renewal, thread, renewHere } = renewing();
    renewal.keep(lease);
    vi.advanceTimersByTime(10_000);
    expect(thread.beat).toHaveBeenCalledTimes(10);
    expect(renewHere).not.toHaveBeenCalled();
  });

  it('can be there before any lease', () => {
    const { renewal, startRenewals, onIdle } = renewing();
    renewal.startThread();
    renewal.startThread();
    vi.advanceTimersByTime(minuteMs);
    expect(startRenewals).toHaveBeenCalledTimes(1);
    expect([vi.getTimerCount(), onIdle.mock.calls]).toEqual([0, []]);
  });

  it('is not started for a lease that outlasts the silence it would bear', () => {
    const { renewal, startRenewals, renewHere } = renewing('thread', 600_000);
    renewal.keep(lease);
    vi.advanceTimersByTime(200_000);
    expect(startRenewals).not.toHaveBeenCalled();
    expect(renewHere).toHaveBeenCalledTimes(1);
  });
});

describe('without one', () => {
  it('leases are renewed from here at a third of their time', () => {
    const { renewal, startRenewals, renewHere } = renewing('process');
    renewal.keep(lease);
    vi.advanceTimersByTime(leaseMs / 3 - 1);
    expect(renewHere).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1 + leaseMs);
    expect(renewHere).toHaveBeenCalledTimes(4);
    expect(startRenewals).not.toHaveBeenCalled();
  });
});

describe('a thread that ends by itself', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  afterEach(() => void warn.mockClear());

  function broken() {
    const world = renewing();
    world.renewal.keep(lease);
    world.told().onError(new Error('it broke'));
    return world;
  }

  it('has its leases renewed from here, beginning at once', () => {
    const { renewHere, thread } = broken();
    expect(renewHere).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(leaseMs);
    expect(renewHere).toHaveBeenCalledTimes(4);
    expect(thread.beat).not.toHaveBeenCalled();
  });

  it('is told of by a warning, the first time', () => {
    const { told } = broken();
    expect(warn.mock.calls).toEqual([[new Error('it broke')]]);
    vi.advanceTimersByTime(minuteMs);
    told().onError(new Error('again'));
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('is followed by another after a minute, which gets the leases that are kept then', () => {
    const { startRenewals, readLeases, renewHere, thread, renewal } = broken();
    renewal.keep({ ...lease, runId: 'b' });
    vi.advanceTimersByTime(minuteMs - 1);
    expect(startRenewals).toHaveBeenCalledTimes(1);
    thread.keep.mockClear();
    renewHere.mockClear();
    readLeases.mockReturnValue([lease, { ...lease, runId: 'b' }]);
    vi.advanceTimersByTime(1);
    expect(startRenewals).toHaveBeenCalledTimes(2);
    expect(thread.keep.mock.calls.map(([kept]) => kept.runId)).toEqual(['a', 'b']);
    vi.advanceTimersByTime(leaseMs);
    expect(renewHere).not.toHaveBeenCalled();
  });

  it('while nothing was kept is no matter of anybody until something is', () => {
    const { renewal, told, renewHere } = renewing();
    renewal.startThread();
    told().onError(new Error('it broke'));
    expect([renewHere.mock.calls, vi.getTimerCount()]).toEqual([[], 0]);
    renewal.keep(lease);
    vi.advanceTimersByTime(leaseMs / 3);
    expect(renewHere).toHaveBeenCalledTimes(1);
  });
});

describe('when nothing is kept any more', () => {
  it('the timer keeps no process up, and stops at its next turn, as the thread does', () => {
    const timers = vi.spyOn(globalThis, 'setInterval');
    const { renewal, onIdle, thread } = renewing();
    renewal.keep(lease);
    const timer = timers.mock.results[0]?.value;
    expect(timer?.hasRef()).toBe(true);
    renewal.drop('a');
    renewal.rest();
    expect([timer?.hasRef(), onIdle.mock.calls]).toEqual([false, []]);
    vi.advanceTimersByTime(1000);
    expect([vi.getTimerCount(), onIdle.mock.calls.length, thread.beat.mock.calls.length]).toEqual([0, 1, 0]);
    expect(thread.stop).toHaveBeenCalledTimes(1);
  });

  it('the next lease goes on with the same timer', () => {
    const timers = vi.spyOn(globalThis, 'setInterval');
    const { renewal, onIdle } = renewing();
    renewal.keep(lease);
    renewal.rest();
    renewal.keep(lease);
    expect(timers).toHaveBeenCalledTimes(1);
    expect(timers.mock.results[0]?.value?.hasRef()).toBe(true);
    vi.advanceTimersByTime(5000);
    expect(onIdle).not.toHaveBeenCalled();
  });

  it('the next lease is in the hands of a thread again, however late it comes', () => {
    const { renewal, startRenewals, thread } = renewing();
    renewal.keep(lease);
    renewal.rest();
    vi.advanceTimersByTime(1_000_000);
    renewal.keep({ ...lease, runId: 'b' });
    expect(startRenewals).toHaveBeenCalledTimes(2);
    expect(thread.keep.mock.lastCall?.[0]).toMatchObject({ runId: 'b' });
  });
});
