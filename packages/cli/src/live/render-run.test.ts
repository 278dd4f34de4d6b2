import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { widthOf } from '../format/text.js';
import { completed, failed, started } from '../test-support/changes.js';
import { type PictureOptions, renderRun } from './render-run.js';
import { applyChange, createRunView, type RunView } from './run-view.js';

const options: PictureOptions = {
  columns: 80,
  rows: 20,
  now: 3000,
  frame: 0,
  isFinal: false,
  paint: pc.createColors(false),
  symbols: 'unicode',
};

function viewOf(ids: readonly string[]): RunView {
  return createRunView(ids.map((id) => ({ id, type: 'shell', isForeach: false, maxAttempts: 1 })));
}

it('draws a line a step, times under one another', () => {
  const view = viewOf(['log', 'classify', 'publish']);
  applyChange(view, started('log'), 0);
  applyChange(view, completed('log'), 412);
  applyChange(view, started('classify'), 412);
  expect(renderRun(view, options)).toEqual(['✔ log        412ms', '⠋ classify    2.5s', '· publish']);
});

describe('a narrow terminal', () => {
  it('gets lines that are cut, never wrapped', () => {
    const view = viewOf(['a-step-with-quite-a-long-name', 'b']);
    applyChange(view, started('a-step-with-quite-a-long-name'), 0);
    applyChange(view, failed('a-step-with-quite-a-long-name', 'something went wrong here'), 10);
    for (const columns of [60, 40, 20, 10, 2, 1]) {
      const widths = renderRun(view, { ...options, columns }).map(widthOf);
      expect(Math.max(...widths)).toBeLessThanOrEqual(Math.max(1, columns - 1));
    }
    expect(renderRun(view, { ...options, columns: 40 })[0]).toBe('✖ a-step-with-quite-a-long-name    10m…');
  });

  it('counts wide characters', () => {
    const view = viewOf(['手順その一を実行する']);
    applyChange(view, started('手順その一を実行する'), 0);
    expect(widthOf(renderRun(view, { ...options, columns: 16 })[0] ?? '')).toBeLessThanOrEqual(15);
  });
});

describe('hundreds of steps', () => {
  const ids = Array.from({ length: 500 }, (_, index) => `step-${index}`);

  it('show as many as fit, around what is going on, and how many others there are', () => {
    const view = viewOf(ids);
    for (const id of ids.slice(0, 300)) {
      applyChange(view, started(id), 0);
      applyChange(view, completed(id), 1);
    }
    applyChange(view, started('step-300'), 2999);
    expect(renderRun(view, { ...options, rows: 7 })).toEqual([
      '  … 298 more steps done',
      '✔ step-298     1ms',
      '✔ step-299     1ms',
      '⠋ step-300    0.0s',
      '· step-301',
      '· step-302',
      '  … 197 more steps to come',
    ]);
  });

  it('never take more lines than there are', () => {
    for (const rows of [3, 4, 10, 499, 500]) {
      const view = viewOf(ids);
      for (const id of ids.slice(0, 250)) applyChange(view, started(id), 0);
      expect(renderRun(view, { ...options, rows }).length).toBeLessThanOrEqual(rows);
    }
  });
});
