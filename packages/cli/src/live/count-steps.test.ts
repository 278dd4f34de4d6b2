import { expect, it } from 'vitest';
import { completed, skipped, started, stepRow } from '../test-support/changes.js';
import { countSteps, showCounts } from './count-steps.js';
import { applyChange, createRunView } from './run-view.js';

const outline = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, type: 'shell', isForeach: id === 'c', maxAttempts: 1 }));

it('tells what ran here from what was skipped and what was done before; a foreach is one step', () => {
  const view = createRunView(outline, [
    stepRow('a'),
    stepRow('b', { status: 'skipped' }),
    stepRow('c', { status: 'running' }),
  ]);
  for (const change of [
    started('c[0]'),
    completed('c[0]'),
    started('c[1]'),
    completed('c[1]'),
    completed('c'),
    skipped('d'),
  ])
    applyChange(view, change, 1);
  expect(countSteps(view)).toEqual({ ran: 1, skipped: 1, doneBefore: 2 });
});

it.each([
  [{ ran: 1, skipped: 0, doneBefore: 0 }, '1 step ran'],
  [{ ran: 0, skipped: 1, doneBefore: 0 }, '0 steps ran, 1 skipped'],
  [{ ran: 2, skipped: 0, doneBefore: 1200 }, '2 steps ran, 1,200 done before'],
])('%j is said as %s', (counts, words) => {
  expect(showCounts(counts)).toBe(words);
});
