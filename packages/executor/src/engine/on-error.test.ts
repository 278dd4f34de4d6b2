import { describe, expect, it } from 'vitest';
import { progressOf } from './test-support/progress.js';
import { rowOf } from './test-support/rows.js';

const storedError = JSON.stringify({ name: 'Error', message: 'no', code: 'NO', retryable: null });
const goesOn = { onError: 'continue' } as const;

describe('a step whose failure the run goes on from', () => {
  it('is recorded as failed, and what needs it starts in the same commit', () => {
    const run = progressOf([{ id: 'a', ...goesOn }, { id: 'b' }]);
    expect(run.fail('a')).toEqual(['failed a', 'started b', '→ b']);
    run.complete('b');
    expect([run.progress.isDone, run.progress.ending]).toEqual([true, null]);
  });

  it('has its attempts first', () => {
    const retry = { attempts: 2, backoff: 100, jitter: 'none' } as const;
    const run = progressOf([{ id: 'a', ...goesOn, retry }, { id: 'b' }]);
    expect(run.fail('a')).toEqual(['retry_scheduled a', '… a 100']);
    run.wake('a');
    expect(run.fail('a')).toEqual(['failed a', 'started b', '→ b']);
  });

  it('shows expressions its status and error, and no output', () => {
    const read = '${{ [steps.a.status, steps.a.error.message, steps.a.output] }}';
    const run = progressOf([
      { id: 'a', ...goesOn },
      { id: 'b', with: read },
    ]);
    run.fail('a');
    expect(run.inputs.get('b')).toEqual(['failed', 'no', null]);
  });

  it('adds nothing to the context', () => {
    const run = progressOf([{ id: 'a' }, { id: 'b', ...goesOn }, { id: 'c', with: '${{ context }}' }]);
    run.complete('a', '{"a":1}');
    run.fail('b');
    expect(run.inputs.get('c')).toEqual({ a: 1 });
  });

  it.each([
    ['its condition', { if: 'input.missing' }],
    ['its input', { with: '${{ input.missing }}' }],
    ['its list', { foreach: '${{ input.missing }}' }],
  ])('may fail by %s too', (_, keys) => {
    const run = progressOf([{ id: 'a', ...goesOn, ...keys }, { id: 'b' }]);
    expect(run.said).toEqual(['started a', 'failed a', 'started b', '→ b']);
  });

  it('lets a run that is about to be paused be paused, and not fail', () => {
    const run = progressOf([{ id: 'a', ...goesOn }, { id: 'b' }]);
    run.progress.ending = { kind: 'paused', reason: null, mailId: null };
    expect(run.fail('a')).toEqual(['failed a']);
    expect(run.progress.ending).toMatchObject({ kind: 'paused' });
  });

  it('is cancelled like any other when the run ends before it', () => {
    const run = progressOf([
      { id: 'a', ...goesOn },
      { id: 'b', needs: [] },
    ]);
    run.fail('b');
    expect(run.fail('a')).toEqual(['cancelled a']);
  });
});

describe('an item whose failure the run goes on from', () => {
  const each = { id: 'each', foreach: '${{ input }}', with: '${{ item }}', ...goesOn };

  it('counts as done without a result, and the others go on', () => {
    const run = progressOf([each, { id: 'after', with: '${{ steps.each.output }}' }], { input: ['x', 'y', 'z'] });
    run.complete('each[0]', '0');
    expect(run.fail('each[1]')).toEqual(['failed each[1]', 'started each[2]', '→ each[2]']);
    expect(run.complete('each[2]', '2')).toEqual(['completed each[2]', 'completed each', 'started after', '→ after']);
    expect(run.inputs.get('after')).toEqual([0, null, 2]);
  });

  it('may be any of thousands that can not even start', () => {
    const broken = { ...each, with: '${{ item.missing }}' };
    const run = progressOf([broken, { id: 'after' }], { input: Array.from({ length: 5000 }, () => ({})) });
    expect(run.said.slice(-3)).toEqual(['completed each', 'started after', '→ after']);
    expect(run.said).toHaveLength(10_004);
  });
});

describe('a resumed run', () => {
  const failed = (key: string) => rowOf(key, { status: 'failed', error: storedError });

  it('passes over a failure that it went on from: nothing is executed again (pitfall 2)', () => {
    const steps = [{ id: 'a', ...goesOn }, { id: 'b', with: '${{ steps.a.error.code }}' }, { id: 'c' }];
    const run = progressOf(steps, { rows: [failed('a'), rowOf('b', { status: 'pending' })] });
    expect(run.said).toEqual(['started b', '→ b 2']);
    expect(run.inputs.get('b')).toBe('NO');
  });

  it('passes over such items, and starts those that are not over', () => {
    const rows = [
      rowOf('each', { status: 'running', itemCount: 4 }),
      ...[failed('each[0]'), rowOf('each[1]'), rowOf('each[2]', { status: 'running' })],
    ];
    const each = { id: 'each', foreach: '${{ input }}', concurrency: 9, ...goesOn };
    const run = progressOf([each], { rows, input: [1, 2, 3, 4] });
    expect(run.said).toEqual(['started each[2]', 'started each[3]', '→ each[2] 2', '→ each[3]']);
  });

  it('completes a foreach whose last item had failed when the process died', () => {
    const rows = [rowOf('each', { status: 'running', itemCount: 1 }), failed('each[0]')];
    const run = progressOf([{ id: 'each', foreach: '${{ input }}', ...goesOn }], { rows, input: [1] });
    expect(run.said).toEqual(['completed each']);
  });
});
