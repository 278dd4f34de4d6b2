import type { Change } from '@sisyphus-state/store';
import { describe, expect, it } from 'vitest';
import {
  completed,
  failed,
  retrying,
  skipped,
  started,
  stepRow,
  storedError,
  waiting,
} from '../test-support/changes.js';
import { applyChange, applyProgress, createRunView, type RunView } from './run-view.js';
import { countedAttempt, type StepOutline, type StepView } from './step-view.js';

function outline(id: string, given: Partial<StepOutline> = {}): StepOutline {
  return { id, type: 'shell', isForeach: false, maxAttempts: 1, ...given };
}

function stepOf(view: RunView, id: string): StepView {
  const step = view.steps.get(id);
  if (step === undefined) throw new Error(`The view has no step ${id}.`);
  return step;
}

function viewAfter(...changes: readonly (readonly [at: number, change: Change])[]): RunView {
  const view = createRunView([outline('log'), outline('classify', { isForeach: true }), outline('publish')]);
  for (const [at, change] of changes) applyChange(view, change, at);
  return view;
}

describe('a step', () => {
  it('is pending until it begins, in the order of the definition', () => {
    const view = viewAfter();
    expect([...view.steps.values()].map(({ id, status }) => [id, status])).toEqual([
      ['log', 'pending'],
      ['classify', 'pending'],
      ['publish', 'pending'],
    ]);
  });

  it('runs from its first attempt to its end', () => {
    const view = viewAfter([100, started('log')], [350, completed('log')]);
    expect(stepOf(view, 'log')).toMatchObject({ status: 'completed', startedAt: 100, finishedAt: 350 });
  });

  it('waits for its next attempt with the error of the last, and keeps it while it tries again', () => {
    const view = viewAfter([100, started('log')], [200, retrying('log', 'boom\n at x', { delayMs: 500 })]);
    expect(stepOf(view, 'log')).toMatchObject({ status: 'pending', retryAt: 700, lastError: 'boom' });
    applyChange(view, started('log', { attempt: 2 }), 700);
    expect(stepOf(view, 'log')).toMatchObject({ status: 'running', retryAt: null, lastError: 'boom', startedAt: 100 });
    expect(countedAttempt(stepOf(view, 'log'))).toBe(2);
  });

  it('says why it failed or was skipped', () => {
    const view = viewAfter([1, started('log')], [2, failed('log', 'no')], [3, skipped('publish')]);
    expect(stepOf(view, 'log')).toMatchObject({ status: 'failed', reason: 'no' });
    expect(stepOf(view, 'publish')).toMatchObject({ status: 'skipped', reason: 'its condition is false' });
  });

  it('does not count an attempt that a crash cut off', () => {
    const view = viewAfter([1, started('log', { attempt: 2, attemptsBase: 1 })]);
    expect(countedAttempt(stepOf(view, 'log'))).toBe(1);
  });

  it('waits for its time, and has taken that long when it is over', () => {
    const view = viewAfter([100, waiting('log', 5000)]);
    expect(stepOf(view, 'log')).toMatchObject({ status: 'waiting', wakeAt: 5000, startedAt: 100 });
    applyChange(view, completed('log', { attempt: 0 }), 5010);
    expect(stepOf(view, 'log')).toMatchObject({ status: 'completed', wakeAt: null, startedAt: 100, finishedAt: 5010 });
  });

  it('is in doubt until somebody resolves it, and may then be tried anew', () => {
    const view = viewAfter([1, started('log')], [2, { type: 'step_in_doubt', stepKey: 'log', attempt: 1 }]);
    expect(stepOf(view, 'log')).toMatchObject({ status: 'in_doubt', isRunning: false });
    applyChange(view, { type: 'step_rearmed', stepKey: 'log', attempts: 1 }, 3);
    applyChange(view, started('log', { attempt: 2 }), 4);
    expect(countedAttempt(stepOf(view, 'log'))).toBe(1);
  });

  it('is added at the end when the outline does not have it', () => {
    const view = viewAfter([1, started('extra')]);
    expect([...view.steps.keys()]).toEqual(['log', 'classify', 'publish', 'extra']);
  });
});

describe('a foreach', () => {
  const begun: readonly (readonly [number, Change])[] = [
    [1, started('classify', { itemCount: 3 })],
    [2, started('classify[0]')],
    [2, started('classify[1]')],
  ];

  it('counts its items', () => {
    const view = viewAfter(...begun, [3, completed('classify[0]')]);
    expect(stepOf(view, 'classify')).toMatchObject({ status: 'running', itemCount: 3, itemsDone: 1 });
    expect([...stepOf(view, 'classify').openItems.keys()]).toEqual(['classify[1]']);
  });

  it('keeps what an item waits for', () => {
    const view = viewAfter(...begun, [10, retrying('classify[1]', 'busy', { delayMs: 5 })]);
    expect(stepOf(view, 'classify').openItems.get('classify[1]')).toMatchObject({
      isRunning: false,
      retryAt: 15,
      lastError: 'busy',
    });
  });

  it('keeps an item that waits for its time among the open ones', () => {
    const view = viewAfter(...begun, [10, { ...waiting('classify[2]', 99), stepId: 'classify' } as Change]);
    expect(stepOf(view, 'classify').openItems.get('classify[2]')).toMatchObject({ isRunning: false });
    expect(stepOf(view, 'classify').status).toBe('running');
  });

  it('ends with all its items', () => {
    const view = viewAfter(...begun, [5, failed('classify[1]', 'no')], [5, failed('classify', 'no')]);
    expect(stepOf(view, 'classify')).toMatchObject({ status: 'failed', reason: 'no' });
    expect(stepOf(view, 'classify').openItems.size).toBe(0);
  });
});

describe('progress', () => {
  it.each([
    ['a text', 'page 3\nof 9', 'page 3'],
    ['a fraction', 0.426, '43%'],
    ['more than there is', 7, '100%'],
    ['less than nothing', -1, '0%'],
  ])('shows %s', (_, progress, note) => {
    const view = viewAfter([1, started('log')]);
    applyProgress(view, 'log', progress);
    expect(stepOf(view, 'log').progress).toBe(note);
  });

  it('of an attempt that failed is forgotten', () => {
    const view = viewAfter([1, started('log')]);
    applyProgress(view, 'log', 0.9);
    applyChange(view, retrying('log', 'no'), 2);
    applyChange(view, started('log', { attempt: 2 }), 3);
    expect(stepOf(view, 'log')).toMatchObject({ progress: null, lastError: 'no' });
  });

  it('of an item is kept with the item', () => {
    const view = viewAfter([1, started('classify', { itemCount: 1 })], [1, started('classify[0]')]);
    applyProgress(view, 'classify[0]', 'half');
    expect(stepOf(view, 'classify').openItems.get('classify[0]')?.progress).toBe('half');
    expect(stepOf(view, 'classify').progress).toBeNull();
  });
});

describe('a run that is resumed', () => {
  const rows = [
    stepRow('log', { startedAt: 10, finishedAt: 30 }),
    stepRow('classify', { status: 'running', itemCount: 3 }),
    stepRow('classify[0]'),
    stepRow('classify[1]', { status: 'running', attempts: 1 }),
    stepRow('publish', { status: 'failed', attempts: 3 }),
  ];
  const outlines = [outline('log'), outline('classify', { isForeach: true }), outline('publish', { maxAttempts: 3 })];

  it('shows what was done before as done before', () => {
    const view = createRunView(outlines, rows);
    expect(stepOf(view, 'log')).toMatchObject({
      status: 'completed',
      wasDoneBefore: true,
      startedAt: 10,
      finishedAt: 30,
    });
    expect(stepOf(view, 'classify')).toMatchObject({ status: 'pending', itemsDone: 1, itemsDoneBefore: 1 });
    expect(view.touched.size).toBe(0);
  });

  it('shows what a step was left waiting for', () => {
    const view = createRunView(outlines, [
      stepRow('log', { status: 'waiting', wakeAt: 9000, startedAt: 10 }),
      stepRow('publish', {
        ...{ status: 'pending', wakeAt: 8000, attempts: 1 },
        error: JSON.stringify(storedError('busy\nvery')),
      }),
    ]);
    expect(stepOf(view, 'log')).toMatchObject({ status: 'waiting', wakeAt: 9000, startedAt: 10 });
    expect(stepOf(view, 'publish')).toMatchObject({ status: 'pending', retryAt: 8000, lastError: 'busy' });
    expect(view.touched.size).toBe(0);
  });

  it('gives a failed step fresh attempts', () => {
    const view = createRunView(outlines, rows);
    applyChange(view, started('publish', { attempt: 4 }), 50);
    expect(countedAttempt(stepOf(view, 'publish'))).toBe(1);
  });

  it('goes on with a foreach through its items alone', () => {
    const view = createRunView(outlines, rows);
    applyChange(view, started('classify[1]', { attempt: 2, attemptsBase: 1 }), 40);
    expect(stepOf(view, 'classify')).toMatchObject({ status: 'running', startedAt: 40, itemsDone: 1 });
    expect([...view.touched]).toEqual(['classify']);
  });
});

it('takes no notice of what is about the run', () => {
  const view = viewAfter([1, { type: 'run_released' }], [2, { type: 'workflow_cancelled', reason: null }]);
  expect(view.touched.size).toBe(0);
});

it('leaves out values that code had recorded: nobody waits for them', () => {
  const view = createRunView([], [stepRow('$now')]);
  applyChange(view, completed('$random#2'), 1);
  expect([...view.steps.keys(), ...view.touched]).toEqual([]);
});
