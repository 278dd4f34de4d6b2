import type { StepRow } from '@sisyphus-state/schema';
import { describe, expect, it } from 'vitest';
import { type Batch, emptyBatch } from './batch.js';
import { Journal } from './journal.js';
import type { RunProgress } from './run-progress.js';
import { dataProgressOf } from './test-support/data-progress.js';
import { heldHandlers } from './test-support/handlers.js';
import { longPlan, planOf, type StepAsWritten } from './test-support/plan.js';
import { rowOf } from './test-support/rows.js';

const { registry } = heldHandlers();
const now = 10_000;
const retry = { attempts: 2, backoff: 100, jitter: 'none' } as const;

interface Resumed extends Batch {
  readonly progress: RunProgress;
  /** `type key attempt`, for all changes. */
  readonly names: readonly string[];
}

function resume(steps: readonly StepAsWritten[], rows: readonly StepRow[], input: unknown = {}): Resumed {
  const run = { runId: 'r', input, journal: new Journal(rows) };
  const progress = dataProgressOf(planOf(steps), run, { registry, now });
  const batch = emptyBatch();
  progress.advance(batch);
  const names = batch.changes.map((change) => `${change.type} ${'stepKey' in change ? change.stepKey : ''}`);
  return { ...batch, progress, names };
}

describe('a resumed run', () => {
  it.each<[string, readonly StepRow[], readonly string[]]>([
    ['nothing is recorded', [], ['step_started a']],
    ['a step is completed', [rowOf('a')], ['step_started b']],
    ['a step is skipped', [rowOf('a', { status: 'skipped' })], ['step_skipped b', 'step_skipped c']],
    ['all are completed', [rowOf('a'), rowOf('b'), rowOf('c')], []],
    ['a step was cut off', [rowOf('a', { status: 'running' })], ['step_started a']],
    ['a step was armed again', [rowOf('a'), rowOf('b', { status: 'pending' })], ['step_started b']],
  ])('goes on from its journal when %s: completed steps are passed over (pitfalls 2, 4)', (_, rows, names) => {
    expect(resume([{ id: 'a' }, { id: 'b' }, { id: 'c' }], rows).names).toEqual(names);
  });

  it('counts a cut-off attempt, and does not hold it against the step (pitfall 12)', () => {
    const { changes, launches } = resume(
      [{ id: 'a' }],
      [rowOf('a', { status: 'running', attempts: 3, attemptsBase: 1 })],
    );
    expect(changes).toMatchObject([{ type: 'step_started', attempt: 4, attemptsBase: 2 }]);
    expect(launches).toMatchObject([{ attempt: 4 }]);
  });

  it('leaves the count of a step alone that was between two attempts', () => {
    const { changes } = resume([{ id: 'a', retry }], [rowOf('a', { status: 'pending', attempts: 1 })]);
    expect(changes).toMatchObject([{ attempt: 2, attemptsBase: null }]);
  });

  it.each([
    ['is waited for until then', now + 70, true],
    ['is not waited for when it is past (pitfall 11)', now - 1, false],
    ['is not waited for at its very instant', now, false],
  ])('a retry that was scheduled %s', (_, wakeAt, isWaited) => {
    const { waits, launches } = resume([{ id: 'a', retry }], [rowOf('a', { status: 'pending', wakeAt })]);
    expect(waits.map((wait) => wait.wakeAt)).toEqual(isWaited ? [wakeAt] : []);
    expect(launches).toHaveLength(isWaited ? 0 : 1);
  });

  it('waits for a scheduled retry once: after it the step starts', () => {
    const { progress, waits } = resume([{ id: 'a', retry }], [rowOf('a', { status: 'pending', wakeAt: now + 70 })]);
    const batch = emptyBatch();
    for (const { unit } of waits) progress.wake(unit, batch);
    expect([batch.launches.length, batch.waits.length]).toEqual([1, 0]);
  });

  it('does not ask again whether a step that began should run', () => {
    const steps = [{ id: 'a', if: 'input.yes' }];
    expect(resume(steps, [rowOf('a', { status: 'running' })], { yes: false }).names).toEqual(['step_started a']);
    expect(resume(steps, [], { yes: false }).names).toEqual(['step_skipped a']);
  });

  it('passes 20,000 recorded steps, and starts the last one', () => {
    const plan = longPlan(20_000);
    const rows = plan.steps.slice(0, -1).map(({ id }) => rowOf(id, { result: '{"n":1}' }));
    const progress = dataProgressOf(plan, { runId: 'r', input: {}, journal: new Journal(rows) }, { registry, now });
    const batch = emptyBatch();
    progress.advance(batch);
    expect(batch.launches.map(({ unit }) => unit.key)).toEqual(['s19999']);
  });
});

describe('a step that must not run twice', () => {
  const cutOff = rowOf('a', { status: 'running' });

  it.each<[string, StepAsWritten]>([
    ['its handler says so', { id: 'a', type: 'amo' }],
    ['its definition says so', { id: 'a', delivery: 'at-most-once', retry: { attempts: 9 } }],
  ])('is not tried again by itself when it was cut off and %s (pitfall 21)', (_, step) => {
    const { changes, launches, progress } = resume([step, { id: 'b' }], [cutOff]);
    expect(changes).toEqual([{ type: 'step_in_doubt', stepKey: 'a', attempt: 1 }]);
    expect([launches, progress.ending, progress.isDone]).toEqual([[], null, false]);
  });

  it('runs when its definition allows more than its handler asks for', () => {
    expect(resume([{ id: 'a', type: 'amo', delivery: 'at-least-once' }], [cutOff]).names).toEqual(['step_started a']);
  });

  it('runs again when somebody resumed it after it failed in doubt', () => {
    expect(resume([{ id: 'a', type: 'amo' }], [rowOf('a', { status: 'pending', attempts: 1 })]).launches).toHaveLength(
      1,
    );
  });

  it('is tried again after a failure that it reported itself', () => {
    const { names } = resume([{ id: 'a', type: 'amo', retry }], [rowOf('a', { status: 'pending', attempts: 1 })]);
    expect(names).toEqual(['step_started a']);
  });
});

describe('a foreach that is resumed', () => {
  const each = { id: 'each', foreach: '${{ input.list }}', with: '${{ item }}', concurrency: 9 };
  const begun = rowOf('each', { status: 'running', itemCount: 3 });
  const input = { list: ['x', 'y', 'z'] };

  it('starts the items that are not completed, with their own values (pitfall 4)', () => {
    const rows = [begun, rowOf('each[0]'), rowOf('each[1]', { status: 'running' })];
    const { names, launches } = resume([each], rows, input);
    expect(names).toEqual(['step_started each[1]', 'step_started each[2]']);
    expect(launches.map((launch) => launch.input)).toEqual(['y', 'z']);
  });

  it('completes when its last item had completed and the process died before it said so', () => {
    const rows = [begun, rowOf('each[0]'), rowOf('each[1]'), rowOf('each[2]')];
    expect(resume([each, { id: 'after' }], rows, input).names).toEqual(['step_completed each', 'step_started after']);
  });

  it('fails when its list has another length than it had (pitfall 3)', () => {
    const { changes } = resume([each], [begun], { list: ['x'] });
    expect(changes.at(-1)).toMatchObject({
      type: 'step_failed',
      stepKey: 'each',
      error: { code: 'STEP_VALUE_INVALID' },
    });
    expect(changes.at(-1)).toMatchObject({ error: { message: expect.stringMatching(/3 items and now has 1/) } });
  });

  it('begins again when it had failed and was armed, and keeps what its items did', () => {
    const rows = [
      rowOf('each', { status: 'pending', itemCount: 3 }),
      rowOf('each[0]'),
      rowOf('each[1]', { status: 'pending' }),
    ];
    expect(resume([each], rows, input).names).toEqual([
      'step_started each',
      'step_started each[1]',
      'step_started each[2]',
    ]);
  });

  it('leaves an item in doubt alone that must not run twice, and waits (pitfall 21)', () => {
    const rows = [begun, rowOf('each[0]', { status: 'running' })];
    const { names } = resume([{ ...each, type: 'amo', concurrency: 1 }], rows, input);
    expect(names).toEqual(['step_in_doubt each[0]']);
  });
});
