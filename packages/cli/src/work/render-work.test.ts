import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { widthOf } from '../format/text.js';
import { applyChange } from '../live/run-view.js';
import { retrying, started } from '../test-support/changes.js';
import { held } from '../test-support/held.js';
import type { HeldRun } from './held-run.js';
import { renderWork, type WorkPicture } from './render-work.js';

/** In the reader's own time zone, whichever that is. */
const now = new Date(2026, 0, 31, 14, 0, 0).getTime();
const options = {
  columns: 80,
  rows: 20,
  now,
  frame: 0,
  isFinal: false,
  paint: pc.createColors(false),
  symbols: 'unicode',
} as const;
const nothing = { completed: 0, failed: 0, cancelled: 0, waiting: 0, paused: 0, released: 0, lost: 0 };
const empty: WorkPicture = { held: [], recent: [], tally: nothing, around: null };

function atWork(number: number): HeldRun {
  const run = held(`run-${number}`, { takenAt: now - 1500 });
  applyChange(run.view, started('fetch'), now - 1500);
  return run;
}

function done(number: number) {
  return { runId: `done-${number}`, name: 'flow', durationMs: 250 };
}

function waiting(number: number, inMs: number | null) {
  const wakeAt = inMs === null ? null : now + inMs;
  return { id: `wait-${number}`, name: 'nightly', wakeAt, reason: 'retry:fetch' };
}

const around = { due: 0, waiting: [], hasMoreDue: false, hasMoreWaiting: false };

describe('a picture of a worker', () => {
  it('is one calm line while there is nothing', () => {
    expect(renderWork(empty, options)).toEqual(['nothing at work']);
  });

  it('shows what was completed last, what is at work, what waits, and the counts', () => {
    const retried = atWork(2);
    applyChange(retried.view, retrying('fetch', 'busy', { delayMs: 900 }), now);
    const lines = renderWork(
      {
        held: [atWork(1), retried],
        recent: [done(1), done(2)],
        tally: { ...nothing, completed: 37, failed: 1, waiting: 9, released: 3 },
        around: { ...around, due: 4, waiting: [waiting(1, 330_000), waiting(2, null)] },
      },
      options,
    );
    expect(lines).toEqual([
      '✔ done-1 flow                   250ms',
      '✔ done-2 flow                   250ms',
      '⠋ run-1 flow                    1.5s  fetch',
      '⠋ run-2 flow                    1.5s  fetch attempt 2/3 in 0.9s: busy',
      '◷ wait-1 nightly               until 14:05:30 (retry of fetch)',
      '◷ wait-2 nightly               for somebody (retry of fetch)',
      '2 at work · 37 completed, 1 failed · 4 due · 2 waiting, the next until 14:05:30',
    ]);
  });

  it('shows no wait that is over or in hand by now', () => {
    const picture = {
      ...empty,
      held: [held('wait-1')],
      around: { ...around, waiting: [waiting(1, 5000), waiting(2, -5000), waiting(3, 60_000)] },
    };
    expect(renderWork(picture, options).at(-1)).toBe('1 at work · 1 waiting, the next until 14:01:00');
  });

  it('counts what does not fit, and says where counting stopped', () => {
    const many = Array.from({ length: 100 }, (_, index) => waiting(index, 60_000));
    const picture = { ...empty, around: { due: 100, waiting: many, hasMoreDue: true, hasMoreWaiting: true } };
    expect(renderWork(picture, options).slice(-2)).toEqual([
      '  … 97 more runs waiting, or more',
      'nothing at work · 100+ due · 100+ waiting, the next until 14:01:00',
    ]);
  });

  it.each([1, 2, 3, 5, 8])('fits %d rows, and shows first of all what is at work', (rows) => {
    const picture = {
      ...empty,
      held: Array.from({ length: 12 }, (_, index) => atWork(index)),
      recent: [done(1), done(2), done(3)],
      around: { ...around, waiting: [waiting(1, 5000), waiting(2, 6000)] },
    };
    const lines = renderWork(picture, { ...options, rows });
    expect(lines.length).toBeLessThanOrEqual(Math.max(2, rows));
    if (rows >= 5) expect(lines.filter((line) => line.startsWith('⠋')).length).toBeGreaterThan(0);
  });

  it.each([20, 40, 80])('fits %d columns', (columns) => {
    const picture = {
      ...empty,
      held: [atWork(1)],
      recent: [done(1)],
      around: { ...around, waiting: [waiting(1, 5000)] },
    };
    for (const line of renderWork(picture, { ...options, columns })) expect(widthOf(line)).toBeLessThan(columns);
  });

  it('does without unusual characters where the font has none', () => {
    const picture = { ...empty, held: [atWork(1)], recent: [done(1)] };
    const marks = renderWork(picture, { ...options, symbols: 'ascii' }).map((line) => line[0]);
    expect(marks).toEqual(['+', '|', '1']);
  });
});
