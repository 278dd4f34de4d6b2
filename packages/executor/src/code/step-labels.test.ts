import { expect, it } from 'vitest';
import { StepLabels } from './step-labels.js';

it('keys a label as it is, and the next ones of it by number', () => {
  const labels = new StepLabels();
  expect(['a', 'b', 'a', 'a'].map((label) => labels.next(label))).toEqual(['a', 'b', 'a#2', 'a#3']);
});

it.each(['', ' a', 'a ', 'a/b', 'a[0]', 'a#2', '$now', 'a\nb', 'x'.repeat(129), 7, null, undefined])(
  'refuses %j, and counts it for nothing',
  (label) => {
    const labels = new StepLabels();
    // As JavaScript would call it.
    expect(() => labels.next(label as string)).toThrow(expect.objectContaining({ code: 'STEP_VALUE_INVALID' }));
    expect(labels.next('a')).toBe('a');
  },
);

it('takes any other text', () => {
  expect(new StepLabels().next('résumé: 1/2'.replace('/', '·'))).toBe('résumé: 1·2');
});
