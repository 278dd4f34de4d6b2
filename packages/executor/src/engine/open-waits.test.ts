import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OpenWaits } from './open-waits.js';
import { planOf, stepIn } from './test-support/plan.js';
import { stepUnit } from './unit.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const unit = (id: string) => stepUnit(stepIn(planOf([{ id: 'a' }, { id: 'b' }]), id));

describe('open waits', () => {
  it('tell of each at its instant, counted from the commit', () => {
    const due = vi.fn();
    const waits = new OpenWaits(({ key }) => due(key));
    waits.start({ unit: unit('a'), wakeAt: 1500, delayMs: null, reason: 'it' }, 1000);
    waits.start({ unit: unit('b'), wakeAt: null, delayMs: 100, reason: 'it' }, 1000);
    vi.advanceTimersByTime(100);
    expect(due.mock.calls).toEqual([['b']]);
    expect(waits.all.map(({ wakeAt, delayMs }) => [wakeAt, delayMs])).toEqual([[1500, null]]);
    vi.advanceTimersByTime(400);
    expect(due.mock.calls).toEqual([['b'], ['a']]);
    expect(waits.all).toEqual([]);
  });

  it('tell at once of an instant that has passed, and never of one that only an outsider ends', () => {
    const due = vi.fn();
    const waits = new OpenWaits(({ key }) => due(key));
    waits.start({ unit: unit('a'), wakeAt: 5, delayMs: null, reason: 'it' }, 1000);
    waits.start({ unit: unit('b'), wakeAt: null, delayMs: null, reason: 'it' }, 1000);
    vi.advanceTimersByTime(2 ** 40);
    expect(due.mock.calls).toEqual([['a']]);
  });

  it('are silent of one that is over before its timer', () => {
    const due = vi.fn();
    const waits = new OpenWaits(due);
    waits.start({ unit: unit('a'), wakeAt: null, delayMs: 5, reason: 'it' }, 0);
    waits.cancel('a');
    waits.cancel('b');
    vi.advanceTimersByTime(10);
    expect([due.mock.calls.length, waits.all]).toEqual([0, []]);
  });

  it('are silent once they are forgotten', () => {
    const due = vi.fn();
    const waits = new OpenWaits(due);
    waits.start({ unit: unit('a'), wakeAt: null, delayMs: 5, reason: 'it' }, 0);
    waits.clear();
    vi.advanceTimersByTime(10);
    expect([due.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0]);
  });
});
