import type { StepRow, StoredError } from '@sisyphus-state/schema';
import { toStoredError } from '@sisyphus-state/store';
import { describe, expect, it } from 'vitest';
import { Journal } from './journal.js';
import { recordedFailure } from './recorded-failure.js';
import { planOf, type StepAsWritten } from './test-support/plan.js';
import { progressOf } from './test-support/progress.js';
import { rowOf } from './test-support/rows.js';

const failed = (key: string, why: string): StepRow =>
  rowOf(key, { status: 'failed', error: JSON.stringify(errorOf(why)) });

function errorOf(why: string): StoredError {
  return { ...toStoredError(new Error(why)), stack: null };
}

function failureIn(step: Omit<StepAsWritten, 'id'>, rows: readonly StepRow[]) {
  return recordedFailure(planOf([{ id: 'a', ...step }]), new Journal(rows));
}

describe('what a run fails with by its record', () => {
  it('is the failure of a step that nobody armed again', () => {
    expect(failureIn({}, [failed('a', 'no')])).toMatchObject({ stepKey: 'a', error: { message: 'no' } });
  });

  it.each<[string, Omit<StepAsWritten, 'id'>, readonly StepRow[]]>([
    ['a step that has not begun', {}, []],
    ['a step that completed', {}, [rowOf('a')]],
    ['a step that was armed again', {}, [rowOf('a', { status: 'pending', error: failed('a', 'no').error })]],
    ['a failure that the run goes on from', { onError: 'continue' }, [failed('a', 'no')]],
    ['a step whose fallback is tried in its place', { fallback: [{ type: 't' }] }, [failed('a', 'no')]],
  ])('is nothing for %s', (_, step, rows) => {
    expect(failureIn(step, rows)).toBeNull();
  });

  it('is that of the last fallback when all have failed', () => {
    const rows = [failed('a', 'the last one'), failed('a/fallback[0]', 'the last one')];
    expect(failureIn({ fallback: [{ type: 't' }] }, rows)).toMatchObject({ stepKey: 'a' });
  });

  it('is that of the item or the time that a step failed by', () => {
    const items = [rowOf('a[0]'), failed('a[1]', 'no'), failed('a', 'no')];
    expect(failureIn({ foreach: '${{ [1, 2] }}' }, items)).toMatchObject({ stepKey: 'a[1]' });
    const times = [rowOf('a#1'), failed('a#2', 'no'), failed('a', 'no')];
    expect(failureIn({ repeat: { until: 'false', max: 3 } }, times)).toMatchObject({ stepKey: 'a#2' });
    const limit = [rowOf('a#1'), failed('a', 'too often')];
    expect(failureIn({ repeat: { until: 'false', max: 1 } }, limit)).toMatchObject({ stepKey: 'a' });
  });
});

it('a run whose holder died between a failure and its end runs nothing again (pitfall 2)', () => {
  const steps = [{ id: 'slow' }, { id: 'broken', needs: [] }, { id: 'after' }];
  const { said, end } = progressOf(steps, { rows: [rowOf('slow', { status: 'running' }), failed('broken', 'no')] });
  expect(said).toEqual([]);
  expect(end()).toEqual(['cancelled slow', 'workflow_failed broken']);
});
