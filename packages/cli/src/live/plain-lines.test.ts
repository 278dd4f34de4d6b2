import type { Change } from '@sisyphus-state/store';
import { describe, expect, it } from 'vitest';
import { completed, failed, retrying, skipped, started, waiting } from '../test-support/changes.js';
import { changeLine, logLine } from './plain-lines.js';
import { applyChange, createRunView } from './run-view.js';

/** The lines that these commits leave in a log. */
function linesOf(...commits: readonly (readonly [at: number, ...changes: Change[]])[]): readonly string[] {
  const view = createRunView([
    { id: 'log', type: 'shell', isForeach: false, maxAttempts: 3 },
    { id: 'classify', type: 'shell', isForeach: true, maxAttempts: 2 },
  ]);
  return commits.flatMap(([at, ...changes]) => {
    return changes.flatMap((change) => {
      applyChange(view, change, at);
      return changeLine(view, change) ?? [];
    });
  });
}

it('tells when a step begins and ends', () => {
  expect(linesOf([0, started('log')], [412, completed('log'), skipped('classify')])).toEqual([
    'log started (shell)',
    'log completed in 412ms',
    'classify skipped: its condition is false',
  ]);
});

it('tells of each attempt that failed, and when the next comes', () => {
  const lines = linesOf(
    [0, started('log')],
    [10, retrying('log', 'exit code 1\nstderr: …', { delayMs: 2000 })],
    [2010, started('log', { attempt: 2 })],
    [2020, failed('log', 'exit code 1', { attempt: 2 })],
  );
  expect(lines).toEqual([
    'log started (shell)',
    'log attempt 1/3 failed: exit code 1; attempt 2/3 in 2.0s',
    'log started (shell, attempt 2/3)',
    'log failed after 2.0s: exit code 1',
  ]);
});

describe('a foreach', () => {
  const begun: readonly [number, Change] = [0, started('classify', { itemCount: 40 })];

  it('tells each tenth of its items', () => {
    const items = Array.from({ length: 40 }, (_, index): readonly [number, Change] => [
      1,
      completed(`classify[${index}]`),
    ]);
    const lines = linesOf(begun, ...items, [900, completed('classify')]);
    expect(lines).toHaveLength(12);
    expect(lines.slice(0, 3)).toEqual(['classify started (shell, 40 items)', 'classify 4/40', 'classify 8/40']);
    expect(lines.slice(-2)).toEqual(['classify 40/40', 'classify completed in 900ms']);
  });

  it('tells which item is tried again and which one failed', () => {
    const lines = linesOf(
      begun,
      [1, started('classify[7]')],
      [2, retrying('classify[7]', 'busy', { delayMs: 100 })],
      [102, started('classify[7]', { attempt: 2 })],
      [103, failed('classify[7]', 'gone', { attempt: 2 }), failed('classify', 'gone')],
    );
    expect(lines.slice(1)).toEqual([
      'classify[7] attempt 1/2 failed: busy; attempt 2/2 in 100ms',
      'classify[7] failed: gone',
      'classify failed after 103ms: gone',
    ]);
  });

  it('without items tells no tenths', () => {
    expect(linesOf([0, started('classify', { itemCount: 0 })], [1, completed('classify')])).toEqual([
      'classify started (shell, 0 items)',
      'classify completed in 1ms',
    ]);
  });
});

it('tells tenths once, also when several items end in one commit', () => {
  const items = Array.from({ length: 10 }, (_, index) => completed(`classify[${index}]`));
  const lines = linesOf([0, started('classify', { itemCount: 20 })], [1, ...items]);
  expect(lines.slice(1)).toEqual([
    'classify 2/20',
    'classify 4/20',
    'classify 6/20',
    'classify 8/20',
    'classify 10/20',
  ]);
});

it('passes on what a handler logs, made safe', () => {
  const said = { kind: 'log', runId: 'run', stepKey: 'log', message: 'a\n\u001b[2Jb' } as const;
  expect(logLine({ ...said, data: undefined })).toBe('log: a b');
  expect(logLine({ ...said, data: { n: 1 } })).toBe('log: a b {"n":1}');
});

it('says whose line it is when that is another run than the one that is watched', () => {
  const said = { kind: 'log', runId: 'child', stepKey: 'log', message: 'a', data: undefined } as const;
  expect([logLine(said, 'child'), logLine(said, 'parent')]).toEqual(['log: a', 'child log: a']);
});

it('leaves out how many attempts there may be, where nothing says', () => {
  expect(linesOf([0, started('own')], [1, retrying('own', 'no', { delayMs: 10 })]).at(-1)).toBe(
    'own attempt 1 failed: no; attempt 2 in 10ms',
  );
});

it('says nothing of what is about the run: the summary does', () => {
  expect(linesOf([0, { type: 'workflow_completed', output: null, context: null }])).toEqual([]);
});

it('tells of a wait with its whole instant: a log is read on another day', () => {
  const wakeAt = new Date(2026, 0, 31, 14, 5, 30).getTime();
  expect(linesOf([0, waiting('nap', wakeAt)])).toEqual(['nap waits until 2026-01-31 14:05:30 (sleep)']);
});
