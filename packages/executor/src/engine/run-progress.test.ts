import type { Change } from '@sisyphus-state/store';
import { describe, expect, it } from 'vitest';
import type { AttemptOutcome } from './attempt.js';
import { type Batch, emptyBatch } from './batch.js';
import { endRun } from './end-run.js';
import { Journal } from './journal.js';
import type { RunProgress } from './run-progress.js';
import { dataProgressOf } from './test-support/data-progress.js';
import { heldHandlers } from './test-support/handlers.js';
import { planOf, type StepAsWritten, stepIn } from './test-support/plan.js';
import { itemUnit, stepUnit } from './unit.js';

const { registry } = heldHandlers();
const completed = (result: string | null = null) => ({ kind: 'completed', result, usage: null }) as AttemptOutcome; // JSON text
const failed = (error: unknown = new Error('no')): AttemptOutcome => ({ kind: 'failed', error, usage: null });

function progressOf(steps: readonly StepAsWritten[], input: unknown = {}) {
  const plan = planOf(steps);
  const journal = new Journal();
  const progress = dataProgressOf(plan, { runId: 'r', input, journal }, { registry });
  const unit = (id: string, index?: number) => {
    const step = stepIn(plan, id);
    return index === undefined ? stepUnit(step) : itemUnit(step, { index, value: null });
  };
  return { progress, journal, unit };
}

/** A batch in short: `started a`, `completed a`, launches as `→ a`, waits as `… a 100`. */
function inShort({ changes, launches, waits }: Batch): readonly string[] {
  return [
    ...changes.map(nameOf),
    ...launches.map(({ unit: { key }, attempt }) => `→ ${key}${attempt === 1 ? '' : ` ${attempt}`}`),
    ...waits.map(({ unit: { key }, delayMs }) => `… ${key} ${delayMs}`),
  ];
}

function nameOf(change: Change): string {
  return `${change.type.replace(/^step_/, '')} ${'stepKey' in change ? change.stepKey : ''}`;
}

function advance(progress: RunProgress): readonly string[] {
  const batch = emptyBatch();
  progress.advance(batch);
  return inShort(batch);
}

function settle(
  progress: RunProgress,
  ...args: [Parameters<RunProgress['settle']>[0], AttemptOutcome]
): readonly string[] {
  const batch = emptyBatch();
  progress.settle(...args, batch);
  return inShort(batch);
}

describe('a run in progress', () => {
  it("commits a step's end together with the start of the next", () => {
    const { progress, unit } = progressOf([{ id: 'a' }, { id: 'b' }]);
    expect(advance(progress)).toEqual(['started a', '→ a']);
    expect(settle(progress, unit('a'), completed('1'))).toEqual(['completed a', 'started b', '→ b']);
    expect(progress.isDone).toBe(false);
    expect(settle(progress, unit('b'), completed())).toEqual(['completed b']);
    expect(progress.isDone).toBe(true);
  });

  it('starts what is ready at the same time in one batch, in definition order', () => {
    const { progress, unit } = progressOf([{ id: 'a' }, { id: 'b', needs: [] }, { id: 'join', needs: ['b', 'a'] }]);
    expect(advance(progress)).toEqual(['started a', 'started b', '→ a', '→ b']);
    expect(settle(progress, unit('b'), completed())).toEqual(['completed b']);
    expect(settle(progress, unit('a'), completed())).toEqual(['completed a', 'started join', '→ join']);
  });

  it('skips a step whose condition is false, and what needs it, in the same commit', () => {
    const { progress } = progressOf(
      [{ id: 'a', if: 'input.no' }, { id: 'b' }, { id: 'c', needs: [{ step: 'b', optional: true }] }],
      { no: false },
    );
    expect(advance(progress)).toEqual(['skipped a', 'skipped b', 'started c', '→ c']);
  });

  it('says why a step was skipped', () => {
    const { progress } = progressOf([{ id: 'a', if: false }, { id: 'b' }]);
    const batch = emptyBatch();
    progress.advance(batch);
    expect(batch.changes).toMatchObject([
      { reason: 'its condition is false' },
      { reason: 'it needs "a", which was skipped' },
    ]);
  });

  it('gives the handler its input with the expressions resolved', () => {
    const { progress, unit } = progressOf(
      [{ id: 'a' }, { id: 'b', with: { n: '${{ steps.a.output.n }}', who: '${{ context.who }}' } }],
      { who: 'me' },
    );
    advance(progress);
    const batch = emptyBatch();
    progress.settle(unit('a'), completed('{"n":[0]}'), batch);
    expect(batch.launches).toMatchObject([{ input: { n: [0], who: 'me' }, attempt: 1 }]);
    expect(batch.changes[1]).toMatchObject({ inputHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });
});

describe('a step that fails', () => {
  const retry = { attempts: 2, backoff: 100, jitter: 'none' } as const;

  it('is attempted again after its wait, and fails when its attempts are used up', () => {
    const { progress, unit } = progressOf([{ id: 'a', retry }, { id: 'b' }]);
    advance(progress);
    expect(settle(progress, unit('a'), failed())).toEqual(['retry_scheduled a', '… a 100']);
    const batch = emptyBatch();
    progress.wake(unit('a'), batch);
    expect(inShort(batch)).toEqual(['started a', '→ a 2']);
    expect(settle(progress, unit('a'), failed())).toEqual(['failed a']);
    expect(progress.ending).toMatchObject({ kind: 'failed', failure: { stepKey: 'a' } });
  });

  it('keeps others from starting: what completes is recorded, what fails is cancelled', () => {
    const { progress, unit } = progressOf([
      { id: 'a' },
      { id: 'b', needs: [], retry },
      { id: 'c', needs: [] },
      { id: 'after-c' },
    ]);
    advance(progress);
    settle(progress, unit('a'), failed());
    expect(settle(progress, unit('c'), completed())).toEqual(['completed c']);
    expect(settle(progress, unit('b'), failed())).toEqual(['cancelled b']);
    const batch = emptyBatch();
    progress.wake(unit('b'), batch);
    expect(inShort(batch)).toEqual([]);
  });

  it('has its attempt on record when an expression of it fails, and its handler is not entered', () => {
    const { progress } = progressOf([{ id: 'a', with: '${{ input.missing.deeper }}' }]);
    expect(advance(progress)).toEqual(['started a', 'failed a']);
  });

  it('fails when its foreach is no list', () => {
    const { progress } = progressOf([{ id: 'a', foreach: '${{ input.list }}' }], { list: 'text' });
    expect(advance(progress)).toEqual(['started a', 'failed a']);
  });

  it('cancels all that is open when the run ends, waiting retries too', () => {
    const { progress, unit } = progressOf([{ id: 'a' }, { id: 'b', needs: [], retry }, { id: 'c', needs: [] }]);
    advance(progress);
    settle(progress, unit('b'), failed());
    settle(progress, unit('a'), failed());
    const batch = emptyBatch();
    endRun(progress, batch);
    expect(batch.changes).toMatchObject([
      { type: 'step_cancelled', stepKey: 'b', reason: 'step "a" failed' },
      { type: 'step_cancelled', stepKey: 'c' },
      { type: 'workflow_failed', stepKey: 'a' },
    ]);
  });
});

describe('a foreach in progress', () => {
  const each = { id: 'each', foreach: '${{ input.list }}', with: '${{ item }}', concurrency: 2 };

  it('starts as many items as may run at once, and the next with the end of one', () => {
    const { progress, unit } = progressOf([each, { id: 'after' }], { list: ['x', 'y', 'z'] });
    const batch = emptyBatch();
    progress.advance(batch);
    expect(inShort(batch)).toEqual(['started each', 'started each[0]', 'started each[1]', '→ each[0]', '→ each[1]']);
    expect(batch.changes[0]).toMatchObject({ itemCount: 3 });
    expect(batch.launches.map(({ input }) => input)).toEqual(['x', 'y']);
    expect(settle(progress, unit('each', 1), completed())).toEqual([
      'completed each[1]',
      'started each[2]',
      '→ each[2]',
    ]);
    expect(settle(progress, unit('each', 0), completed())).toEqual(['completed each[0]']);
    expect(settle(progress, unit('each', 2), completed())).toEqual([
      'completed each[2]',
      'completed each',
      'started after',
      '→ after',
    ]);
  });

  it('without items completes at once, with what comes after it', () => {
    const { progress } = progressOf([each, { id: 'after' }], { list: [] });
    expect(advance(progress)).toEqual(['started each', 'completed each', 'started after', '→ after']);
  });

  it('passes any number of empty ones in a row', () => {
    const steps = Array.from({ length: 3000 }, (_, index) => ({ id: `s${index}`, foreach: [] }));
    const { progress } = progressOf(steps);
    expect(advance(progress)).toHaveLength(6000);
    expect([progress.isDone, progress.ending]).toEqual([true, null]);
  });

  it('fails with the first item that fails for good', () => {
    const { progress, unit } = progressOf([each, { id: 'after' }], { list: ['x', 'y', 'z'] });
    advance(progress);
    expect(settle(progress, unit('each', 0), failed())).toEqual(['failed each[0]', 'failed each']);
    expect(progress.ending).toMatchObject({ failure: { stepKey: 'each[0]', error: { message: 'no' } } });
    expect(settle(progress, unit('each', 1), completed())).toEqual(['completed each[1]']);
  });

  it('shows later steps its collected output', () => {
    const { progress, unit } = progressOf(
      [
        { ...each, concurrency: 9 },
        { id: 'after', with: '${{ steps.each.output }}' },
      ],
      { list: ['x', 'y'] },
    );
    advance(progress);
    progress.settle(unit('each', 1), completed('2'), emptyBatch());
    const batch = emptyBatch();
    progress.settle(unit('each', 0), completed(null), batch);
    expect(batch.launches).toMatchObject([{ input: [null, 2] }]);
  });
});
