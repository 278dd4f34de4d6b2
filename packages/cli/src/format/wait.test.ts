import { expect, it } from 'vitest';
import { showReason, showWait } from './wait.js';

/** In the reader's own time zone, whichever that is. */
const now = new Date(2026, 0, 31, 14, 0, 0).getTime();

it.each([
  ['a timer', { wakeAt: now + 330_000, reason: 'retry:fetch' }, 'until 14:05:30 (retry of fetch)'],
  [
    'a timer of another day',
    { wakeAt: now + 86_400_000, reason: 'sleep:nap' },
    'until 2026-02-01 14:00:00 (sleep nap)',
  ],
  ['a timer that is over', { wakeAt: now - 30_000, reason: 'sleep:nap' }, 'since 13:59:30 (sleep nap)'],
  ['a delayed start', { wakeAt: now + 1000, reason: null }, 'until 14:00:01'],
  ['a step in doubt', { wakeAt: null, reason: 'in_doubt:pay' }, 'for somebody (in doubt: pay)'],
  ['a run', { wakeAt: null, reason: 'child:ship' }, 'for a run (step ship)'],
  ['somebody', { wakeAt: null, reason: 'signal:approved' }, 'for somebody (signal approved)'],
])('shows a wait for %s', (_, wait, shown) => {
  expect(showWait(wait, now)).toBe(shown);
});

it('shows a reason it does not know as it is, made safe', () => {
  expect(showReason('ado\u001b[2Jpted\n')).toBe('adopted');
});
