import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { widthOf } from '../format/text.js';
import { storedError } from '../test-support/changes.js';
import { exitStatusOfRun, type RunOutcome } from './run-outcome.js';
import { type SummaryOptions, summarize } from './summarize.js';

const options: SummaryOptions = {
  counts: { ran: 3, skipped: 0, doneBefore: 0 },
  commands: { resume: 'sisyphus resume 0190', work: 'sisyphus work', answer: 'sisyphus signal 0190' },
  now: 0,
  columns: Number.POSITIVE_INFINITY,
  paint: pc.createColors(false),
};

function outcome(given: Partial<RunOutcome>): RunOutcome {
  const nothing = {
    reason: null,
    wakeAt: null,
    queue: 'default',
    output: null,
    context: null,
    error: null,
    failedStep: null,
    stoppedBy: null,
  };
  return { runId: '0190', status: 'completed', ...nothing, durationMs: 1234, ...given };
}

describe('a completed run', () => {
  it('says how long it took, what ran and what it gave; status 0', () => {
    const completed = outcome({ output: { notes: ['a'] } });
    expect(summarize(completed, options)).toEqual(['completed in 1.2s · 3 steps ran', 'output  {"notes":["a"]}']);
    expect(exitStatusOfRun(completed)).toBe(0);
  });

  it('says what was skipped and what an earlier process had done', () => {
    const counts = { ran: 1, skipped: 2, doneBefore: 1200 };
    expect(summarize(outcome({}), { ...options, counts })[0]).toBe(
      'completed in 1.2s · 1 step ran, 2 skipped, 1,200 done before',
    );
  });

  it('says that there was nothing left to do', () => {
    const counts = { ran: 0, skipped: 0, doneBefore: 3 };
    expect(summarize(outcome({}), { ...options, counts })).toEqual(['completed before: nothing was left to do']);
  });

  it('cuts a long output', () => {
    const [, line] = summarize(outcome({ output: 'x'.repeat(5000) }), options);
    expect(widthOf(line ?? '')).toBe(408);
  });

  it('cuts the output to a narrow terminal', () => {
    const [, line] = summarize(outcome({ output: 'x'.repeat(5000) }), { ...options, columns: 30 });
    expect(widthOf(line ?? '')).toBeLessThan(30);
  });
});

describe('a failed run', () => {
  const failed = outcome({
    status: 'failed',
    failedStep: 'publish',
    error: storedError('"./publish.sh" exited with code 3\n\nstderr:\nno such host', 'SHELL_EXIT_CODE'),
  });

  it('says where, why and what to do next; status 1', () => {
    expect(summarize(failed, options)).toEqual([
      'failed at step publish in 1.2s · 3 steps ran',
      '  SHELL_EXIT_CODE: "./publish.sh" exited with code 3',
      '  stderr:',
      '  no such host',
      'Mend the cause, then go on from there:',
      '  sisyphus resume 0190',
    ]);
    expect(exitStatusOfRun(failed)).toBe(1);
  });

  it('shows no more of a long message than fits a screen', () => {
    const message = Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n');
    const lines = summarize(outcome({ status: 'failed', error: storedError(message) }), options);
    expect(lines[1]).toBe('  line 0');
    expect(lines.at(-3)).toBe('  … 28 more lines');
  });

  it('names an error that has no code by its class', () => {
    const error = { ...storedError('x is not a function'), name: 'TypeError' };
    expect(summarize(outcome({ status: 'failed', error }), options)[1]).toBe('  TypeError: x is not a function');
  });
});

it('says that a step is in doubt, and that somebody has to find out; status 3', () => {
  const doubtful = outcome({ status: 'waiting', reason: 'in_doubt:pay' });
  expect(summarize(doubtful, options)).toEqual([
    'in doubt at step pay · 3 steps ran',
    'It was cut off and may not run twice. Find out whether it took effect, then say so:',
    '  sisyphus signal 0190',
  ]);
  expect(exitStatusOfRun(doubtful)).toBe(3);
});

it('says that a run was cancelled and why; status 1', () => {
  const cancelled = outcome({ status: 'cancelled', reason: 'wrong\nrepo' });
  expect(summarize(cancelled, options)).toEqual([
    'cancelled: wrong repo in 1.2s · 3 steps ran',
    'To go on after all:',
    '  sisyphus resume 0190',
  ]);
  expect(exitStatusOfRun(cancelled)).toBe(1);
});

it('says that a signal stopped the work; status 128 and its number', () => {
  const stopped = outcome({ status: 'pending', stoppedBy: 'SIGINT' });
  expect(summarize(stopped, options)).toEqual([
    'stopped by SIGINT · 3 steps ran',
    'To go on from there:',
    '  sisyphus resume 0190',
  ]);
  expect([exitStatusOfRun(stopped), exitStatusOfRun({ ...stopped, stoppedBy: 'SIGTERM' })]).toEqual([130, 143]);
});

it('says that a run is paused; status 3', () => {
  const paused = outcome({ status: 'paused', reason: 'budget_exhausted' });
  expect(summarize(paused, options)[0]).toBe('paused: budget_exhausted · 3 steps ran');
  expect(exitStatusOfRun(paused)).toBe(3);
});

describe('a run that is parked', () => {
  const now = new Date(2026, 0, 31, 14, 0, 0).getTime();
  const parked = outcome({ status: 'waiting', reason: 'retry:fetch', wakeAt: now + 330_000 });

  it('says until when, for what, and who goes on with it; status 3', () => {
    expect(summarize(parked, { ...options, now })).toEqual([
      'waiting until 14:05:30 (retry of fetch) · 3 steps ran',
      'It needs no process until then. A worker goes on with it:',
      '  sisyphus work',
      'or you do:',
      '  sisyphus resume 0190',
    ]);
    expect(exitStatusOfRun(parked)).toBe(3);
  });

  it('gives no advice where nothing can go on with it', () => {
    expect(summarize(parked, { ...options, now, commands: null })).toHaveLength(1);
  });

  it('that a signal stopped was stopped first of all', () => {
    const stopped = { ...parked, stoppedBy: 'SIGINT' } as const;
    expect(summarize(stopped, { ...options, now })[0]).toBe('stopped by SIGINT · 3 steps ran');
    expect(exitStatusOfRun(stopped)).toBe(130);
  });

  it('that waits for somebody says for what', () => {
    const asking = outcome({ status: 'waiting', reason: 'signal:approved' });
    expect(summarize(asking, options)).toEqual([
      'waiting for somebody (signal approved) · 3 steps ran',
      'It needs no process until that comes:',
      '  sisyphus signal 0190',
      'A worker goes on with it then:',
      '  sisyphus work',
    ]);
    expect(exitStatusOfRun(asking)).toBe(3);
  });

  it('says who can move a run that waits for somebody, but not for ever', () => {
    const asking = outcome({ status: 'waiting', reason: 'approval:approve', wakeAt: now + 330_000 });
    expect(summarize(asking, { ...options, now })).toEqual([
      'waiting until 14:05:30 (approval approve) · 3 steps ran',
      'It needs no process until that comes:',
      '  sisyphus signal 0190',
      'A worker goes on with it then:',
      '  sisyphus work',
    ]);
  });
});
