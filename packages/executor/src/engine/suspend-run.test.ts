import { describe, expect, it } from 'vitest';
import type { Wait } from './batch.js';
import { suspension } from './suspend-run.js';
import { planOf, stepIn } from './test-support/plan.js';
import { stepUnit } from './unit.js';

const plan = planOf([{ id: 'a' }, { id: 'nap', type: 'sleep', with: { for: '1h' } }]);
const wait = (id: 'a' | 'nap', wakeAt: number | null, delayMs: number | null): Wait => ({
  unit: stepUnit(stepIn(plan, id)),
  wakeAt,
  delayMs,
  reason: id === 'nap' ? 'sleep:nap' : 'retry:a',
});
const now = 10_000;

describe('parking a run', () => {
  it.each([
    ['there is nothing to wait for', []],
    ['a delay is short', [wait('a', null, 1000)]],
    ['one of two is short', [wait('a', null, 5000), wait('nap', now + 1000, null)]],
    ['an instant has passed', [wait('nap', now - 1, null)]],
  ])('is not worth it when %s', (_, waits) => {
    expect(suspension(waits, now, 1000)).toBeNull();
  });

  it.each([
    ['a delay', [wait('a', null, 1001)], { wakeAt: null, delayMs: 1001, reason: 'retry:a' }],
    ['an instant', [wait('nap', 20_000, null)], { wakeAt: 20_000, delayMs: null, reason: 'sleep:nap' }],
    [
      'the earliest of several',
      [wait('a', null, 9000), wait('nap', 15_000, null), wait('a', null, 7000)],
      { wakeAt: 15_000, delayMs: 7000, reason: 'sleep:nap' },
    ],
    ['nothing but an outsider', [wait('a', null, null)], { wakeAt: null, delayMs: null, reason: 'retry:a' }],
  ])('is until %s', (_, waits, expected) => {
    expect(suspension(waits, now, 1000)).toEqual({ type: 'workflow_suspended', ...expected });
  });
});
