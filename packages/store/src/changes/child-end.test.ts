import { describe, expect, it } from 'vitest';
import { json, storedError } from '../test-support/sample-changes.js';
import type { Change } from './change.js';
import { decodeChildEnd, encodeChildEnd, isTerminalChange, type TerminalChange } from './child-end.js';

const completed = (output: unknown): TerminalChange => ({
  type: 'workflow_completed',
  output: json(output),
  context: json({}),
});

describe('encodeChildEnd', () => {
  it.each([0, '', false, null, [], { __proto__: null, a: [1] }, '\u2028"'])('keeps the output %j', (output) => {
    const told = decodeChildEnd(encodeChildEnd('c', 7, completed(output)));
    expect(told).toEqual({ runId: 'c', seq: 7, status: 'completed', output, error: null, reason: null });
  });

  it('tells no output from a null one', () => {
    expect(decodeChildEnd(encodeChildEnd('c', 7, completed(undefined))).output).toBeUndefined();
    expect(decodeChildEnd(encodeChildEnd('c', 7, completed(null))).output).toBeNull();
  });

  it('keeps the error of a run that failed, and the reason of one that was cancelled', () => {
    const failed: TerminalChange = { type: 'workflow_failed', error: storedError, stepKey: 'a' };
    expect(decodeChildEnd(encodeChildEnd('c', 1, failed))).toMatchObject({ status: 'failed', error: storedError });
    const cancelled = (reason: string | null): TerminalChange => ({ type: 'workflow_cancelled', reason });
    expect(decodeChildEnd(encodeChildEnd('c', 1, cancelled('late')))).toMatchObject({
      ...{ status: 'cancelled', reason: 'late', error: null },
    });
    expect(decodeChildEnd(encodeChildEnd('c', 1, cancelled(null))).reason).toBeNull();
  });
});

describe('isTerminalChange', () => {
  it('knows the three ends of a run from what only looks like one', () => {
    expect(isTerminalChange(completed(1))).toBe(true);
    const ending: Change = { type: 'workflow_ending', as: 'failed', error: storedError, stepKey: null, reason: null };
    expect(isTerminalChange(ending)).toBe(false);
    expect(isTerminalChange({ type: 'run_released' })).toBe(false);
  });
});
