import { expect, it } from 'vitest';
import { waitEnd } from './wait-end.js';

it.each([
  [{ wakeAt: null, delayMs: null }, null],
  [{ wakeAt: 500, delayMs: null }, 500],
  [{ wakeAt: null, delayMs: 50 }, 150],
  [{ wakeAt: 120, delayMs: 50 }, 120],
])('a wait of %j that began at 100 ends at %s', (wait, end) => {
  expect(waitEnd(wait, 100)).toBe(end);
});
