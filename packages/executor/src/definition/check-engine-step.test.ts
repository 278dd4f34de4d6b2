import { describe, expect, it } from 'vitest';
import { checkEngineStep } from './check-engine-step.js';

const findings = (more: object): string[] =>
  checkEngineStep({ id: 'nap', type: 'sleep', ...more }, 0).map(
    ({ code, path }) => `${code} ${path.slice(2).join('.')}`,
  );

describe('a step that waits', () => {
  it.each([
    ['a span', { with: { for: '10m' } }],
    ['an instant', { with: { until: '2030-01-01T00:00:00Z' } }],
    ['an expression, known only later', { with: { for: '${{ input.wait }}' } }],
    ['an expression for all of it', { with: '${{ input.wait }}' }],
  ])('may say %s', (_, step) => {
    expect(findings(step)).toEqual([]);
  });

  it.each([
    ['says nothing', {}, ['MISSING_KEY ']],
    ['says two things', { with: { for: '1s', until: 5 } }, ['WRONG_VALUE with']],
    ['says how long in a way nobody knows', { with: { for: '30' } }, ['WRONG_VALUE with']],
    ['says something else', { with: { duration: '1s' } }, ['WRONG_VALUE with']],
    [
      'wants to be tried again',
      { with: { for: '1s' }, retry: {}, timeout: '2s' },
      ['MISPLACED_KEY retry', 'MISPLACED_KEY timeout'],
    ],
  ])('that %s is refused', (_, step, expected) => {
    expect(findings(step)).toEqual(expected);
  });

  it.each([
    ['a signal', { type: 'wait-for-signal', with: { signal: 'go' } }],
    ['an approval', { type: 'approval', with: { message: 'Publish ${{ input.n }}?', timeout: '2d' } }],
    ['an approval that says nothing', { type: 'approval' }],
    ['a run', { type: 'workflow', with: { workflow: 'ship', input: { n: '${{ input.n }}' } }, retry: { attempts: 2 } }],
    ['a run of what is written out', { type: 'workflow', with: { workflow: { name: 'x', output: '${{ input }}' } } }],
  ])('may be %s', (_, step) => {
    expect(findings(step)).toEqual([]);
  });

  it.each([
    ['a signal without a name', { type: 'wait-for-signal' }, ['MISSING_KEY ']],
    ['an approval of something else', { type: 'approval', with: { text: 'x' } }, ['WRONG_VALUE with']],
    ['a run of nothing', { type: 'workflow' }, ['MISSING_KEY ']],
    ['a run with keys nobody knows', { type: 'workflow', with: { workflow: 'a', wiht: 1 } }, ['WRONG_VALUE with']],
    [
      'a run with the time of an attempt',
      { type: 'workflow', with: { workflow: 'a' }, timeout: '1s', delivery: 'pure' },
      ['MISPLACED_KEY timeout', 'MISPLACED_KEY delivery'],
    ],
    ['an approval that is tried again', { type: 'approval', retry: {} }, ['MISPLACED_KEY retry']],
  ])('is refused as %s', (_, step, expected) => {
    expect(findings(step)).toEqual(expected);
  });

  it('is nobody else: other types are not looked at', () => {
    expect(checkEngineStep({ id: 'a', type: 't', retry: {} }, 0)).toEqual([]);
  });
});
