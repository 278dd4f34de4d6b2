import { describe, expect, it } from 'vitest';
import type { Projection, StepPatch } from '../changes/projection.js';
import { mergeStepPatches } from './step-patches.js';

const of = (...steps: StepPatch[]): Projection => ({ run: null, steps, mail: [] });

describe('mergeStepPatches', () => {
  it('keeps the steps of a commit apart, in order of their first event', () => {
    const merged = mergeStepPatches([
      of({ stepKey: 'b', set: { status: 'completed' }, onInsert: null }),
      { run: null, steps: [], mail: [] },
      of({ stepKey: 'a', set: { status: 'running' }, onInsert: { attemptsBase: 0 } }),
    ]);
    expect(merged).toEqual([
      { stepKey: 'b', firstSeq: 1, set: { status: 'completed' }, onInsert: null },
      { stepKey: 'a', firstSeq: 3, set: { status: 'running' }, onInsert: { attemptsBase: 0 } },
    ]);
  });

  it('lets the last value of a column stay, and the first patch decide whether the row may be new', () => {
    const merged = mergeStepPatches([
      of({ stepKey: 'a', set: { status: 'running', error: null }, onInsert: { startedAt: 1 } }),
      of({ stepKey: 'a', set: { status: 'completed', settledSeq: 2 }, onInsert: null }),
    ]);
    expect(merged).toEqual([
      {
        stepKey: 'a',
        firstSeq: 1,
        set: { status: 'completed', error: null, settledSeq: 2 },
        onInsert: { startedAt: 1 },
      },
    ]);
  });

  it('does not let a later start make up for a row that had to be there', () => {
    const [merged] = mergeStepPatches([
      of({ stepKey: 'a', set: { status: 'pending' }, onInsert: null }),
      of({ stepKey: 'a', set: { status: 'running' }, onInsert: { startedAt: 1 } }),
    ]);
    expect(merged?.onInsert).toBeNull();
  });
});
