import type { StoredError } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import { breakerOf } from '../definition/breaker-of.js';
import { emptyBatch } from './batch.js';
import { JournalEntry } from './journal.js';
import { type RunBounds, RunGuard } from './run-guard.js';
import { planOf } from './test-support/plan.js';
import { stepUnit, type Unit } from './unit.js';

const nothing = { tokens: 0, cost: 0 };
const failure: StoredError = {
  name: 'Error',
  code: null,
  message: 'no',
  retryable: true,
  stack: null,
  details: null,
  cause: null,
};
const [first, second] = planOf([{ id: 'a' }, { id: 'b' }]).steps.map(stepUnit) as [Unit, Unit];
const undoing: Unit = { ...first, key: 'a/compensate', undoes: first };
const guardOf = (bounds: RunBounds, isResumed = false) => new RunGuard(bounds, () => new Map(), isResumed);

/** Lets a unit begin if the guard does. */
function begin(guard: RunGuard, unit: Unit, reserve = nothing): JournalEntry | null {
  const entry = new JournalEntry();
  if (!guard.admits(unit, entry, reserve)) return null;
  guard.meter.begin(entry, reserve, true);
  return entry;
}

describe('a run’s guard', () => {
  it('holds what its budget has no room for, and everything that comes after it', () => {
    const guard = guardOf({ budget: { tokens: 10 } });
    const entry = begin(guard, first, { tokens: 8, cost: 0 });
    expect(begin(guard, second, { tokens: 5, cost: 0 })).toBeNull();
    guard.hold(second);
    expect(guard.isHeld(second)).toBe(true);
    // There would be room for it, but it came later.
    expect(guard.admits(first, new JournalEntry(), nothing)).toBe(false);
    expect(guard.halt).toEqual({
      reason: 'budget_exhausted',
      details: { stepKey: 'b', amount: 'tokens', used: 8, limit: 10, needed: 5 },
    });
    if (entry !== null) guard.meter.settle(entry, { tokens: 1, cost: 0 });
    expect(guard.takeHeld(emptyBatch())).toEqual([second]);
    expect(guard.halt).toBeNull();
    expect(begin(guard, second, { tokens: 5, cost: 0 })).not.toBeNull();
  });

  it('binds nothing that undoes a run', () => {
    const guard = guardOf({ budget: { steps: 1 } });
    begin(guard, first);
    expect(begin(guard, second)).toBeNull();
    expect(guard.admits(undoing, new JournalEntry(), nothing)).toBe(true);
    expect(guard.sawError(undoing, new JournalEntry(), failure)).toEqual({ count: null, isBlocked: false });
  });

  it('waits for room in a pot that others may leave, twice as long each time, and pauses for one that nobody will', () => {
    const guard = guardOf({ isShared: true });
    const shortage = { potId: 'p', stepKey: 'b', amount: 'tokens', used: 9, limit: 10, needed: 5 } as const;
    const waits: (number | null | undefined)[] = [];
    for (let time = 0; time < 9; time++) {
      guard.refuse([second], { ...shortage, isPassing: true });
      expect(guard.halt).toBeNull();
      waits.push(guard.waitForRoom()?.delayMs);
      // It waits already.
      expect(guard.waitForRoom()).toBeNull();
      const batch = emptyBatch();
      expect(guard.takeHeld(batch)).toEqual([second]);
      expect(batch.ended).toEqual(['b']);
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 32_000, 32_000]);
    guard.refuse([second], { ...shortage, isPassing: false });
    expect(guard.waitForRoom()).toBeNull();
    expect(guard.halt).toMatchObject({ reason: 'budget_exhausted', details: { potId: 'p', isPassing: false } });
  });

  it('waits as long as before for room when the run was parked meanwhile', () => {
    const guard = guardOf({ isShared: true }, true);
    guard.refuse([second], {
      ...{ potId: 'p', stepKey: 'b', amount: 'tokens', used: 9, limit: 10, needed: 5, isPassing: true },
    });
    expect(guard.waitForRoom()).toMatchObject({ delayMs: 32_000, reason: 'budget:b' });
  });

  it('blocks a run whose step fails the same way too often, and lets nothing more begin', () => {
    const guard = guardOf({ breaker: breakerOf({ errors: 3, outputs: false }) });
    const entry = new JournalEntry();
    expect(guard.sawError(first, entry, failure)).toEqual({ count: 1, isBlocked: false });
    expect(guard.sawError(first, entry, failure)).toEqual({ count: 2, isBlocked: false });
    expect(guard.sawOutput(second, entry, null)).toBeNull();
    expect(guard.sawError(first, entry, failure)).toEqual({ count: 1, isBlocked: true });
    expect(guard.halt).toMatchObject({
      reason: 'blocked',
      details: { stepKey: 'a', kind: 'error', times: 3, error: { message: 'no' } },
    });
    expect(guard.admits(second, new JournalEntry(), nothing)).toBe(false);
    expect(guard.takeHeld(emptyBatch())).toEqual([]);
  });

  it('counts a failure anew after a success of the same step, and outputs where that is asked for', () => {
    const guard = guardOf({ breaker: breakerOf({ errors: 2, outputs: 2 }) });
    const entry = new JournalEntry();
    guard.sawError(first, entry, failure);
    expect(guard.sawOutput(first, entry, null)).toBe(1);
    expect(guard.sawError(first, entry, failure)).toEqual({ count: 1, isBlocked: false });
    guard.sawOutput(second, entry, null);
    guard.sawOutput(second, entry, null);
    expect(guard.halt).toMatchObject({ reason: 'blocked', details: { stepKey: 'b', kind: 'output', error: null } });
  });
});
