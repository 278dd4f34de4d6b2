import { describe, expect, it } from 'vitest';
import type { Change, StepStarted } from '../changes/change.js';
import { checkBeginning, isBeginning } from './check-beginning.js';

const started: StepStarted = {
  ...{ type: 'step_started', stepKey: 'a', attempt: 1, stepId: 'a', stepType: 't' },
  ...{ delivery: null, inputHash: null, itemCount: null, attemptsBase: null },
};
const skipped: Change = {
  type: 'step_skipped',
  stepKey: 'b',
  stepId: 'b',
  stepType: 't',
  reason: 'its condition is false',
};

describe('what is recorded with a claim', () => {
  it('begins steps, or passes over them', () => {
    expect([started, skipped].map(isBeginning)).toEqual([true, true]);
    expect(() => checkBeginning('r', [started, skipped])).not.toThrow();
  });

  it('neither ends the run nor draws on a budget', () => {
    const ends: Change = { type: 'workflow_cancelled', reason: null };
    expect(() => checkBeginning('r', [started, ends])).toThrow(/Run r .*workflow_cancelled/);
    const runUsage = { steps: 1, attempts: 1, duration: 0, tokens: 0, cost: 0 };
    const reserved = { tokens: 0, cost: 0 };
    const metered: Change = { ...started, reserved, runUsage: { ...runUsage, reserved, unsettled: reserved } };
    expect(isBeginning(metered)).toBe(false);
  });
});
