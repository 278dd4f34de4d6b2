import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Wait } from './batch.js';
import { Parking } from './parking.js';
import { planOf } from './test-support/plan.js';
import { stepUnit } from './unit.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const [step] = planOf([{ id: 'w' }]).steps;
if (step === undefined) throw new Error('It has a step.');
const wait = (reason: string, delayMs: number | null = null): Wait => ({
  ...{ unit: stepUnit(step), wakeAt: null, delayMs, reason },
});
const yes = (): boolean => true;

function parking(lingers: boolean) {
  const changed = vi.fn();
  return { changed, parking: new Parking({ parkAfterMs: 1000, lingers, changed }) };
}

describe('a run that can only wait', () => {
  it('is parked when that takes longer than a while, and kept for less', () => {
    const { parking: one } = parking(true);
    expect(one.decide([wait('sleep:w', 1001)], 0, yes)).toMatchObject({ reason: 'sleep:w' });
    expect(one.decide([wait('sleep:w', 1000)], 0, yes)).toBeNull();
  });

  it('leaves its place at once when it waits for a run, however soon another wait ends (pitfall 14)', () => {
    const { parking: one } = parking(false);
    expect(one.decide([wait('child:w')], 0, yes)).toMatchObject({ reason: 'child:w' });
    expect(one.decide([wait('child:w'), wait('retry:w', 5)], 0, yes)).toMatchObject({ delayMs: 5 });
  });

  it('lingers where it may, anew with each end of a run, and is parked then', () => {
    const { parking: one, changed } = parking(true);
    expect(one.decide([wait('child:w')], 0, yes)).toBeNull();
    vi.advanceTimersByTime(999);
    expect(one.decide([wait('child:w')], 0, yes)).toBeNull();
    vi.advanceTimersByTime(999);
    expect(changed).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(changed).toHaveBeenCalledOnce();
    expect(one.isDue).toBe(true);
    expect(one.decide([wait('child:w')], 0, yes)).toMatchObject({ type: 'workflow_suspended' });
  });

  it('waits with that for news to be read', () => {
    const { parking: one } = parking(false);
    expect(one.decide([wait('child:w')], 0, () => false)).toBeNull();
    expect(one.isDue).toBe(true);
  });

  it('has no timer left when it is over', () => {
    const { parking: one, changed } = parking(true);
    one.decide([wait('child:w')], 0, yes);
    one.stop();
    vi.advanceTimersByTime(5000);
    expect(changed).not.toHaveBeenCalled();
  });
});
