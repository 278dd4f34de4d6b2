import { expect, it } from 'vitest';
import { pendingStep, type StepView } from './step-view.js';
import { windowSteps } from './window-steps.js';

/** Steps `s0`, `s1`, … of a pattern: `c` completed, `r` running, `f` failed, `w` waiting for a retry, `.` pending. */
function steps(pattern: string): StepView[] {
  return [...pattern].map((mark, index) => {
    const step = pendingStep({ id: `s${index}`, type: 'shell', isForeach: false, maxAttempts: 1 });
    if (mark === 'c') return { ...step, status: 'completed', finishedAt: index };
    if (mark === 'r') return { ...step, status: 'running' };
    if (mark === 'f') return { ...step, status: 'failed' };
    return mark === 'w' ? { ...step, retryAt: 5 } : step;
  });
}

function chosen(pattern: string, room: number): string {
  const { shown, doneHidden, openHidden, toComeHidden } = windowSteps(steps(pattern), room);
  return `${shown.map(({ id }) => id).join(' ')} | ${doneHidden} ${openHidden} ${toComeHidden}`;
}

it.each([
  ['all when they fit', 'ccr..', 5, 's0 s1 s2 s3 s4 | 0 0 0'],
  ['what runs, with as much before as after it', 'cccccr.....', 5, 's3 s4 s5 s6 s7 | 3 0 3'],
  ['more of what ended when little is to come', 'cccccccr.', 5, 's4 s5 s6 s7 s8 | 4 0 0'],
  ['more of what is to come when little has ended', 'r........', 4, 's0 s1 s2 s3 | 0 0 5'],
  ['what failed or waits, wherever it stands', 'fccccccwccccr...', 4, 's0 s7 s12 s13 | 10 0 2'],
  ['not all of what runs when that is too much', 'rrrrrrrr', 3, 's0 s1 s2 | 0 5 0'],
  ['the last ones when all is done', 'cccccccc', 3, 's5 s6 s7 | 5 0 0'],
])('shows %s', (_, pattern, room, expected) => {
  expect(chosen(pattern, room)).toBe(expected);
});

it('shows what ended last, not what stands last', () => {
  const list = steps('ccccc').map((step, index) => ({ ...step, finishedAt: 10 - index }));
  expect(windowSteps(list, 2).shown.map(({ id }) => id)).toEqual(['s0', 's1']);
});
