import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { showTime } from '../format/time.js';
import { type LineStyle, renderStep } from './render-step.js';
import { newTry, pendingStep, type StepView } from './step-view.js';

const style: LineStyle = {
  paint: pc.createColors(false),
  symbols: 'unicode',
  now: 5000,
  frame: 0,
  idWidth: 8,
  isFinal: false,
};

function step(given: Partial<StepView>): StepView {
  return { ...pendingStep({ id: 'log', type: 'shell', isForeach: false, maxAttempts: 3 }), ...given };
}

const items = { itemCount: 120, itemsDone: 37, startedAt: 1900 };

describe('a line', () => {
  it.each<[string, Partial<StepView>, string]>([
    ['pending', {}, '· log'],
    ['running', { status: 'running', attempt: 1, startedAt: 1900 }, '⠋ log         3.1s'],
    ['progress', { status: 'running', attempt: 1, startedAt: 1900, progress: '43%' }, '⠋ log         3.1s  43%'],
    [
      'a second attempt',
      { status: 'running', attempt: 2, startedAt: 1900, lastError: 'exit code 1' },
      '⠋ log         3.1s  attempt 2/3 · last error: exit code 1',
    ],
    [
      'waiting for the next attempt',
      { attempt: 1, startedAt: 1900, retryAt: 9000, lastError: 'exit code 1' },
      '↻ log         3.1s  attempt 2/3 in 4.0s: exit code 1',
    ],
    [
      'waiting long for the next attempt',
      { attempt: 1, startedAt: 1900, retryAt: 305_000, lastError: 'exit code 1' },
      `↻ log         3.1s  attempt 2/3 at ${showTime(305_000)}: exit code 1`,
    ],
    [
      'waiting for its time',
      { status: 'waiting', startedAt: 1900, wakeAt: 305_000 },
      `◷ log         3.1s  until ${showTime(305_000)}`,
    ],
    ['waiting not much longer', { status: 'waiting', startedAt: 1900, wakeAt: 9000 }, '◷ log         3.1s  4.0s left'],
    ['waiting for somebody', { status: 'waiting', startedAt: 1900 }, '? log         3.1s  waits for somebody'],
    ['done', { status: 'completed', startedAt: 4000, finishedAt: 4412, attempt: 1 }, '✔ log        412ms'],
    [
      'done at the second attempt',
      { status: 'completed', startedAt: 4000, finishedAt: 4412, attempt: 2 },
      '✔ log        412ms  attempt 2/3',
    ],
    [
      'done by an earlier process',
      { status: 'completed', startedAt: 0, finishedAt: 400, wasDoneBefore: true },
      '✔ log        400ms  done before',
    ],
    [
      'failed',
      { status: 'failed', attempt: 3, startedAt: 1900, finishedAt: 2000, reason: 'exit code 1' },
      '✖ log        100ms  attempt 3/3 · exit code 1',
    ],
    [
      'skipped',
      { status: 'skipped', reason: 'its condition is false' },
      '↷ log               skipped: its condition is false',
    ],
    [
      'cancelled',
      { status: 'cancelled', attempt: 1, startedAt: 1900, finishedAt: 2000, reason: 'the run was cancelled' },
      '⊘ log        100ms  the run was cancelled',
    ],
    ['a foreach', { ...items, status: 'running' }, '⠋ log         3.1s  37/120'],
    ['a foreach that is done', { ...items, status: 'completed', finishedAt: 2900 }, '✔ log         1.0s  120 items'],
    [
      'a foreach that a process before began',
      { ...items, status: 'completed', finishedAt: 2900, itemsDoneBefore: 80 },
      '✔ log         1.0s  120 items (80 done before)',
    ],
    [
      'a foreach that failed',
      { ...items, status: 'failed', finishedAt: 2900, reason: 'no' },
      '✖ log         1.0s  37/120 · no',
    ],
  ])('shows a step: %s', (_, given, line) => {
    expect(renderStep(step(given), style)).toBe(line);
  });

  it('shows how many items run, and the one that is in trouble', () => {
    const openItems = new Map([
      ['log[4]', { ...newTry(), isRunning: true, attempt: 1 }],
      ['log[5]', { ...newTry(), isRunning: true, attempt: 1 }],
      ['log[12]', { ...newTry(), attempt: 1, retryAt: 7000, lastError: 'busy' }],
    ]);
    expect(renderStep(step({ ...items, status: 'running', openItems }), style)).toBe(
      '⠋ log         3.1s  37/120 · 2 running · [12] attempt 2/3 in 2.0s: busy',
    );
  });

  it('turns its spinner a step a picture', () => {
    const running = step({ status: 'running', startedAt: 5000 });
    expect([0, 1, 10].map((frame) => renderStep(running, { ...style, frame })[0])).toEqual(['⠋', '⠙', '⠋']);
  });

  it('has no spinner in the last picture', () => {
    expect(renderStep(step({ status: 'running', startedAt: 5000 }), { ...style, isFinal: true })[0]).toBe('◦');
  });

  it('does without unusual characters where the font has none', () => {
    const plain = { ...style, symbols: 'ascii' as const };
    expect(renderStep(step({ status: 'completed', startedAt: 0, finishedAt: 5 }), plain)).toBe('+ log          5ms');
    expect(renderStep(step({ status: 'running', startedAt: 5000 }), plain)[0]).toBe('|');
  });

  it('never shows a negative time when the clock was set back', () => {
    expect(renderStep(step({ status: 'running', startedAt: 9000 }), style)).toBe('⠋ log         0.0s');
  });
});
