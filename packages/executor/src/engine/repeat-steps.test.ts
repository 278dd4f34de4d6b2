import type { StepRow } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import { progressOf } from './test-support/progress.js';
import { rowOf } from './test-support/rows.js';

const poll = { id: 'poll', repeat: { until: 'steps.poll.output.done', max: 3 } };
const after = { id: 'after', with: '${{ [steps.poll.output, context] }}' };
const not = '{"done":false}';
const yes = '{"done":true}';
const time = (n: number, more: Partial<StepRow> = {}) => rowOf(`poll#${n}`, { stepId: 'poll', result: not, ...more });
const begun = rowOf('poll', { status: 'running' });

describe('a step that is repeated', () => {
  it('runs one time after the other until its condition holds, and has the last result', () => {
    const run = progressOf([poll, after]);
    expect(run.said).toEqual(['started poll', 'started poll#1', '→ poll#1']);
    expect(run.complete('poll#1', not)).toEqual(['completed poll#1', 'started poll#2', '→ poll#2']);
    expect(run.complete('poll#2', yes)).toEqual(['completed poll#2', 'completed poll', 'started after', '→ after']);
    expect(run.inputs.get('after')).toEqual([{ done: true }, { done: true }]);
  });

  it('sees what it gave the time before, null at first', () => {
    const run = progressOf([{ ...poll, with: '${{ steps.poll.output }}' }]);
    expect(run.inputs.get('poll#1')).toBeNull();
    run.complete('poll#1', '{"done":false,"next":7}');
    expect(run.inputs.get('poll#2')).toEqual({ done: false, next: 7 });
  });

  it('fails when its condition does not hold after the last time', () => {
    const run = progressOf([poll]);
    for (const n of [1, 2]) run.complete(`poll#${n}`, not);
    expect(run.complete('poll#3', not)).toEqual(['completed poll#3', 'failed poll']);
    expect(run.progress.ending).toMatchObject({ failure: { stepKey: 'poll', error: { code: 'REPEAT_LIMIT' } } });
  });

  it('fails when its condition can not be evaluated, and lets the run go on where it may', () => {
    const run = progressOf([{ ...poll, onError: 'continue' }, { id: 'after' }]);
    expect(run.complete('poll#1', '{}')).toEqual(['completed poll#1', 'failed poll', 'started after', '→ after']);
  });

  it('gives each time its retries and its fallbacks, and fails with the first that fails for good', () => {
    const retry = { attempts: 2, backoff: 100, jitter: 'none' } as const;
    const run = progressOf([{ ...poll, retry, fallback: [{ type: 't' }] }]);
    run.fail('poll#1');
    run.wake('poll#1');
    expect(run.fail('poll#1')).toEqual(['failed poll#1', 'started poll#1/fallback[0]', '→ poll#1/fallback[0]']);
    expect(run.complete('poll#1/fallback[0]', not).slice(1, 3)).toEqual(['completed poll#1', 'started poll#2']);
    const other = progressOf([poll]);
    expect(other.fail('poll#1')).toEqual(['failed poll#1', 'failed poll']);
    expect(other.progress.ending).toMatchObject({ failure: { stepKey: 'poll#1' } });
  });

  it('starts no other time in a run that is about to end, and does not fail in it', () => {
    const run = progressOf([{ ...poll, repeat: { ...poll.repeat, max: 1 } }]);
    run.progress.ending = { kind: 'cancelled', reason: null };
    expect(run.complete('poll#1', not)).toEqual(['completed poll#1']);
    expect(run.progress.ending).toMatchObject({ kind: 'cancelled' });
  });

  it('may be one of thousands of times that are over at once', () => {
    const nap = { id: 'poll', type: 'sleep', with: { for: 0 }, repeat: { until: 'false', max: 5000 } };
    const run = progressOf([nap]);
    expect(run.said.filter((line) => line.startsWith('completed'))).toHaveLength(5000);
    expect(run.said.at(-1)).toBe('failed poll');
  });

  it('is undone time by time, each with its own result', () => {
    const run = progressOf([{ ...poll, compensate: { type: 't', with: '${{ steps.poll.output.n }}' } }]);
    run.complete('poll#1', '{"done":false,"n":1}');
    run.complete('poll#2', '{"done":false,"n":2}');
    run.fail('poll#3');
    run.end();
    run.complete('poll#2/compensate');
    expect([run.inputs.get('poll#2/compensate'), run.inputs.get('poll#1/compensate')]).toEqual([2, 1]);
  });
});

describe('a repeated step that is resumed', () => {
  it.each<[string, readonly StepRow[], readonly string[]]>([
    ['within a time', [begun, time(1), time(2, { status: 'running' })], ['started poll#2', '→ poll#2 2']],
    ['between two times', [begun, time(1)], ['started poll#2', '→ poll#2']],
    ['when its condition held already', [begun, time(1), time(2, { result: yes })], ['completed poll']],
    ['after its last time', [begun, time(1), time(2), time(3)], ['failed poll']],
    [
      'after it was armed again',
      [rowOf('poll', { status: 'pending' }), time(1), time(2, { status: 'pending' })],
      ['started poll', 'started poll#2', '→ poll#2 2'],
    ],
  ])('goes on when it was left %s', (_, rows, said) => {
    expect(progressOf([poll], { rows }).said).toEqual(said);
  });
});
