import type { StepRow } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import type { Verdict } from './batch.js';
import { planOf } from './test-support/plan.js';
import { progressOf, type TestProgress } from './test-support/progress.js';
import { rowOf } from './test-support/rows.js';

const compensate = { type: 't', with: '${{ steps.a.output }}' };
const undone = (id: string, more: object = {}) => ({ id, needs: [], compensate: { type: 't' }, ...more });
const error = {
  ...{ name: 'Error', message: 'no', code: null, retryable: null },
  details: null,
  stack: null,
  cause: null,
};
const verdict: Verdict = { as: 'failed', error, stepKey: 'z', reason: null };
const retry = { attempts: 2, backoff: 100, jitter: 'none' } as const;

/** A run with these steps completed in this order and `z` failed. */
function failedRun(steps: Parameters<typeof progressOf>[0], ...completed: readonly string[]): TestProgress {
  const run = progressOf([...steps, { id: 'z', needs: [] }]);
  for (const key of completed) run.complete(key, JSON.stringify({ key }));
  run.fail('z');
  return run;
}

describe('a run that fails with something to undo', () => {
  it('says what it will end as, undoes the newest first, one after the other, and then ends', () => {
    const run = failedRun([undone('a'), undone('b'), undone('c')], 'b', 'c', 'a');
    expect(run.end()).toEqual(['workflow_ending z', 'started a/compensate', '→ a/compensate']);
    expect(run.batches.at(-1)?.changes[0]).toMatchObject({ as: 'failed', error: { message: 'no' }, reason: null });
    expect(run.batches.at(-1)?.changes[1]).toMatchObject({ stepId: 'a', stepType: 't' });
    expect(run.complete('a/compensate')).toEqual(['completed a/compensate', 'started c/compensate', '→ c/compensate']);
    run.complete('c/compensate');
    expect([run.progress.isDone, run.complete('b/compensate')]).toEqual([false, ['completed b/compensate']]);
    expect(run.end()).toEqual(['workflow_failed z']);
    expect(run.batches.at(-1)?.changes).toMatchObject([{ error: { message: 'no' } }]);
  });

  it('gives up what is open first, and starts nothing of it any more', () => {
    const run = failedRun(
      [undone('a'), { id: 'b', needs: [], retry }, { id: 'w', needs: [], type: 'approval', with: {} }],
      'a',
    );
    run.progress.ending = null;
    run.fail('b');
    run.progress.ending = { kind: 'cancelled', reason: 'enough' };
    expect(run.end().slice(0, 4)).toEqual(['cancelled b', 'cancelled w', 'workflow_ending', 'started a/compensate']);
    expect(run.wake('b')).toEqual([]);
    const read = { payloadRef: null, createdAt: 1, consumedAt: null, consumedSeq: null };
    expect(
      run.deliver({ ...{ id: 'm', runId: 'r', kind: 'approval', name: 'w', payload: '{"approved":true}' }, ...read }),
    ).toEqual([]);
    run.complete('a/compensate');
    expect(run.end()).toEqual(['workflow_cancelled']);
    expect(run.batches.at(-1)?.changes).toMatchObject([{ reason: 'enough' }]);
  });

  it('undoes what completed, and nothing else', () => {
    const run = failedRun([undone('a'), undone('b', { if: false }), undone('c'), { id: 'd', needs: [] }], 'a', 'd');
    expect(run.end()).toEqual(['cancelled c', 'workflow_ending z', 'started a/compensate', '→ a/compensate']);
  });

  it('ends at once when nothing completed that has to be undone', () => {
    expect(failedRun([undone('a'), { id: 'b', needs: [] }], 'b').end()).toEqual(['cancelled a', 'workflow_failed z']);
  });

  it('undoes its steps when only its output fails', () => {
    const run = progressOf([], { plan: planOf([undone('a')], { output: '${{ input.missing }}' }) });
    run.complete('a');
    expect(run.end()).toEqual(['workflow_ending', 'started a/compensate', '→ a/compensate']);
    run.complete('a/compensate');
    expect(run.end()).toEqual(['workflow_failed']);
  });

  it('gives a compensation the scope of its step, and what the step gave', () => {
    const run = failedRun([{ id: 'a', needs: [], compensate }], 'a');
    run.end();
    expect(run.inputs.get('a/compensate')).toEqual({ key: 'a' });
  });
});

describe('a compensation', () => {
  it('is tried as its step is, three times where the step says nothing', () => {
    const attemptsOf = (more: object) => {
      const run = failedRun([undone('a', more)], 'a');
      run.end();
      for (let attempt = 1; ; attempt += 1) {
        if (!run.fail('a/compensate').some((line) => line.startsWith('retry_scheduled'))) return attempt;
        run.wake('a/compensate');
      }
    };
    expect([attemptsOf({}), attemptsOf({ retry: { attempts: 5 } }), attemptsOf({ retry: { attempts: 1 } })]).toEqual([
      3, 5, 1,
    ]);
  });

  it('that fails for good is on record, and the others have their turn', () => {
    const run = failedRun([undone('a'), undone('b', { retry: { attempts: 1 } })], 'a', 'b');
    run.end();
    expect(run.fail('b/compensate')).toEqual(['failed b/compensate', 'started a/compensate', '→ a/compensate']);
    run.complete('a/compensate');
    expect(run.end()).toEqual(['workflow_failed z']);
  });

  it('may be one of thousands that can not even start', () => {
    const items = Array.from({ length: 5000 }, () => ({}));
    const step = {
      id: 'a',
      foreach: '${{ input }}',
      concurrency: 1000,
      compensate: { type: 't', with: '${{ item.gone }}' },
    };
    const rows = [
      rowOf('a', { itemCount: 5000 }),
      ...items.map((_, index) => rowOf(`a[${index}]`, { settledSeq: index + 9 })),
    ];
    const run = progressOf([step], { rows, input: items, verdict });
    expect(run.said.filter((line) => line.startsWith('failed'))).toHaveLength(5000);
    expect(run.end()).toEqual(['workflow_failed z']);
  });

  it('undoes each completed item, also of a foreach that did not complete, with its value and result', () => {
    const each = {
      id: 'a',
      foreach: '${{ input }}',
      concurrency: 3,
      compensate: { type: 't', with: '${{ [item, steps.a.output[index]] }}' },
    };
    const run = progressOf([each], { input: ['x', 'y', 'z'] });
    run.complete('a[2]', '"Z"');
    run.complete('a[0]', '"X"');
    run.fail('a[1]');
    expect(run.end().slice(0, 2)).toEqual(['workflow_ending a[1]', 'started a[0]/compensate']);
    expect(run.complete('a[0]/compensate').slice(1)).toEqual(['started a[2]/compensate', '→ a[2]/compensate']);
    expect([run.inputs.get('a[0]/compensate'), run.inputs.get('a[2]/compensate')]).toEqual([
      ['x', 'X'],
      ['z', 'Z'],
    ]);
  });

  it('has no fallback of its step', () => {
    const run = failedRun([undone('a', { fallback: [{ type: 'amo' }], retry: { attempts: 1 } })], 'a');
    run.end();
    expect(run.fail('a/compensate')).toEqual(['failed a/compensate']);
  });

  it('is not started in a run that is about to be paused: it stands still in between', () => {
    const run = failedRun([undone('a'), undone('b')], 'a', 'b');
    run.end();
    run.progress.ending = { kind: 'paused', reason: 'lunch', mailId: null };
    expect(run.complete('b/compensate')).toEqual(['completed b/compensate']);
    expect(run.end()).toEqual(['workflow_paused']);
  });
});

describe('a run that is taken while it is being undone', () => {
  const done = (key: string, settledSeq: number, more: Partial<StepRow> = {}) => rowOf(key, { settledSeq, ...more });
  const steps = [undone('a'), undone('b'), undone('c'), { id: 'open', needs: [] }];

  it('goes on with what is left, in the order of completion over all its holders, and starts no step', () => {
    const rows = [done('a', 30), done('b', 20), done('c', 10), done('a/compensate', 40, { stepId: 'a' })];
    const run = progressOf(steps, { rows, verdict });
    expect(run.said).toEqual(['started b/compensate', '→ b/compensate']);
    run.complete('b/compensate');
    run.complete('c/compensate');
    expect(run.end()).toEqual(['workflow_failed z']);
  });

  it('attempts a compensation again that was cut off, and none that failed for good', () => {
    const rows = [
      ...[done('a', 30), done('b', 20)],
      ...[rowOf('a/compensate', { status: 'failed', stepId: 'a', error: '{}' })],
      rowOf('b/compensate', { status: 'running', stepId: 'b' }),
    ];
    expect(progressOf(steps, { rows, verdict }).said).toEqual(['started b/compensate', '→ b/compensate 2']);
  });

  it('only has to end when its last compensation had completed', () => {
    const rows = [done('a', 30), done('a/compensate', 40, { stepId: 'a' })];
    const run = progressOf(steps, { rows, verdict: { ...verdict, as: 'cancelled', error: null, reason: 'enough' } });
    expect([[...run.said], run.progress.isDone, run.end()]).toEqual([[], true, ['workflow_cancelled']]);
  });
});
