import { TerminalError } from '@sisyphus-state/handlers';
import type { StepRow } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import { fallbackUnit, nextFallback } from './fallback.js';
import { Journal } from './journal.js';
import { planOf, stepIn } from './test-support/plan.js';
import { progressOf } from './test-support/progress.js';
import { rowOf } from './test-support/rows.js';
import { itemUnit, stepUnit } from './unit.js';

const retry = { attempts: 2, backoff: 100, jitter: 'none' } as const;
const fallback = [{ type: 't', with: 'first' }, { type: 'amo' }];
const a = { id: 'a', fallback };
const failed = (key: string, more: Partial<StepRow> = {}) =>
  rowOf(key, { stepId: 'a', status: 'failed', error: '{"message":"no"}', ...more });

describe('the fallbacks of a unit', () => {
  it('are units of their own under its key, with the policy of its step', () => {
    const step = stepIn(planOf([{ ...a, foreach: [1], retry, timeout: 9, delivery: 'at-most-once' }]), 'a');
    const item = itemUnit(step, { index: 3, value: 'd' });
    const unit = fallbackUnit(item, 0);
    expect(unit).toMatchObject({ key: 'a[3]/fallback[0]', item: { value: 'd' }, standsFor: { key: 'a[3]' } });
    expect(unit?.call).toMatchObject({ type: 't', retry: { attempts: 2 }, timeoutMs: 9, delivery: null });
    expect(unit?.call.source).toMatchObject({ id: 'a', type: 't', with: 'first' });
    expect(fallbackUnit(item, 1)?.call.with).toMatchObject({ isConstant: true, node: { value: {} } });
    expect(fallbackUnit(item, 2)).toBeNull();
  });

  it('belong to the items of a foreach, and not to the row over them', () => {
    const step = stepIn(planOf([{ ...a, foreach: [1] }]), 'a');
    expect(nextFallback(stepUnit(step), new Journal())).toBeNull();
  });

  it('are tried in order: the next is the first that has not failed', () => {
    const unit = stepUnit(stepIn(planOf([a]), 'a'));
    const next = (...rows: StepRow[]) => nextFallback(unit, new Journal(rows))?.key ?? null;
    expect(next()).toBe('a/fallback[0]');
    expect(next(failed('a/fallback[0]'))).toBe('a/fallback[1]');
    expect(next(failed('a/fallback[0]', { status: 'pending' }), failed('a/fallback[1]'))).toBe('a/fallback[0]');
    expect(next(failed('a/fallback[0]'), failed('a/fallback[1]'))).toBeNull();
  });
});

describe('a step that fails and has a fallback', () => {
  it('is followed by the first candidate in the commit that records its failure', () => {
    const run = progressOf([a, { id: 'b' }]);
    expect(run.fail('a')).toEqual(['failed a', 'started a/fallback[0]', '→ a/fallback[0]']);
    expect(run.batches.at(-1)?.changes[1]).toMatchObject({ stepId: 'a', stepType: 't', attempt: 1 });
    expect(run.inputs.get('a/fallback[0]')).toBe('first');
  });

  it("has the candidate's result as its own, in one commit", () => {
    const run = progressOf([a, { id: 'b', with: '${{ [context, steps.a.output, steps.a.status, steps.a.error] }}' }]);
    run.fail('a');
    expect(run.complete('a/fallback[0]', '{"n":1}')).toEqual([
      'completed a/fallback[0]',
      'completed a',
      'started b',
      '→ b',
    ]);
    expect(run.inputs.get('b')).toEqual([{ n: 1 }, { n: 1 }, 'completed', null]);
  });

  it('tries a candidate as often as its own call, and goes on at once when told that no retry helps', () => {
    const run = progressOf([{ ...a, retry }]);
    run.fail('a', new TerminalError('never'));
    expect(run.fail('a/fallback[0]')).toEqual(['retry_scheduled a/fallback[0]', '… a/fallback[0] 100']);
    expect(run.wake('a/fallback[0]')).toEqual(['started a/fallback[0]', '→ a/fallback[0] 2']);
    expect(run.fail('a/fallback[0]')).toEqual(['failed a/fallback[0]', 'started a/fallback[1]', '→ a/fallback[1]']);
  });

  it('fails with the error of the last candidate', () => {
    const run = progressOf([a]);
    run.fail('a');
    run.fail('a/fallback[0]', new Error('nor this'));
    expect(run.fail('a/fallback[1]', new Error('nor that'))).toEqual(['failed a/fallback[1]', 'failed a']);
    expect(run.progress.ending).toMatchObject({ failure: { stepKey: 'a', error: { message: 'nor that' } } });
  });

  it('shows the candidate how it failed (pitfall 37)', () => {
    const why = '${{ steps.a.status + ": " + steps.a.error.message }}';
    // The table of steps is there before the step fails.
    const run = progressOf([{ id: 'a', with: '${{ input }}', fallback: [{ type: 't', with: why }] }]);
    run.fail('a', new Error('down'));
    expect(run.inputs.get('a/fallback[0]')).toBe('failed: down');
  });

  it('goes on without a result when all failed and the run may go on', () => {
    const run = progressOf([{ id: 'a', fallback: [{ type: 't' }], onError: 'continue' }, { id: 'b' }]);
    run.fail('a');
    expect(run.fail('a/fallback[0]')).toEqual(['failed a/fallback[0]', 'failed a', 'started b', '→ b']);
  });

  it('starts no candidate in a run that is about to be paused; whoever resumes it does', () => {
    const run = progressOf([a]);
    run.progress.ending = { kind: 'paused', reason: null, mailId: null };
    expect(run.fail('a')).toEqual(['failed a']);
    expect(run.progress.ending).toMatchObject({ kind: 'paused' });
  });

  it('has none of them tried when the run ends before', () => {
    const run = progressOf([a, { id: 'b', needs: [] }]);
    run.fail('b');
    expect(run.fail('a')).toEqual(['cancelled a']);
  });

  it('may be an item, and then has the others go on', () => {
    const run = progressOf([{ ...a, foreach: '${{ input }}', fallback: [{ type: 't', with: '${{ item }}' }] }], {
      input: ['x', 'y'],
    });
    expect(run.fail('a[0]')).toEqual(['failed a[0]', 'started a[0]/fallback[0]', '→ a[0]/fallback[0]']);
    expect(run.inputs.get('a[0]/fallback[0]')).toBe('x');
    expect(run.complete('a[0]/fallback[0]')).toEqual([
      'completed a[0]/fallback[0]',
      'completed a[0]',
      'started a[1]',
      '→ a[1]',
    ]);
  });

  it('may be a wait whose time is over, and an approval may be asked in the place of a handler', () => {
    const wait = { id: 'w', type: 'wait-for-signal', with: { signal: 'go', timeout: 5 }, fallback: [{ type: 't' }] };
    const waiting = progressOf([wait]);
    expect(waiting.wake('w')).toEqual(['failed w', 'started w/fallback[0]', '→ w/fallback[0]']);
    const asking = progressOf([{ id: 'a', fallback: [{ type: 'approval', with: { message: 'Done by hand?' } }] }]);
    expect(asking.fail('a')).toEqual(['failed a', 'waiting a/fallback[0]', '… a/fallback[0] null']);
  });
});

describe('a resumed run', () => {
  it.each<[string, readonly StepRow[], readonly string[]]>([
    ['before its first candidate', [failed('a')], ['started a/fallback[0]', '→ a/fallback[0]']],
    [
      'within a candidate',
      [failed('a'), failed('a/fallback[0]', { status: 'running' })],
      ['started a/fallback[0]', '→ a/fallback[0] 2'],
    ],
    [
      'within its second candidate, which must not run twice',
      [failed('a'), failed('a/fallback[0]'), failed('a/fallback[1]', { status: 'running' })],
      ['in_doubt a/fallback[1]', '… a/fallback[1] null'],
    ],
    [
      'while it waited for a retry of a candidate',
      [failed('a'), failed('a/fallback[0]', { status: 'pending', wakeAt: 5000 })],
      ['… a/fallback[0] null'],
    ],
    ['after it was armed again: with its own call', [failed('a', { status: 'pending' })], ['started a', '→ a 2']],
  ])('goes on with a step that was left %s', (_, rows, said) => {
    expect(progressOf([a, { id: 'b' }], { rows }).said).toEqual(said);
  });

  it('tries all candidates again that were armed with their step, and lets go of those it does not need', () => {
    const armed = (key: string) => failed(key, { status: 'pending', attemptsBase: 1 });
    const run = progressOf([a], { rows: [armed('a'), armed('a/fallback[0]'), armed('a/fallback[1]')] });
    expect(run.fail('a')).toEqual(['failed a', 'started a/fallback[0]', '→ a/fallback[0] 2']);
    expect(run.complete('a/fallback[0]')).toEqual(['completed a/fallback[0]', 'completed a', 'skipped a/fallback[1]']);
    expect(run.progress.isDone).toBe(true);
  });

  it('asks no condition again of a wait that failed and is replaced', () => {
    const wait = { id: 'w', type: 'sleep', with: { for: 5 }, if: 'input.yes', fallback: [{ type: 't' }] };
    const rows = [rowOf('w', { status: 'failed', attempts: 0 })];
    expect(progressOf([wait], { rows, input: { yes: false } }).said).toEqual([
      'started w/fallback[0]',
      '→ w/fallback[0]',
    ]);
  });
});
