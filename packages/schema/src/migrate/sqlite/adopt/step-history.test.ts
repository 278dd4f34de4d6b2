import { expect, test } from 'vitest';
import type { AdoptedEvent } from './adopt-events.js';
import { readStepHistories } from './step-history.js';

function log(...types: [type: string, stepKey: string | null][]): AdoptedEvent[] {
  return types.map(([type, stepKey], index) => {
    const seq = index + 1;
    const nothing = {
      attempt: null,
      fence: null,
      worker: null,
      payloadRef: null,
      payload: '{}',
      source: 'engine' as const,
    };
    return { row: { ...nothing, runId: 'r', seq, type, stepKey, at: seq * 10 }, payload: { seq } };
  });
}

test('tells steps apart and counts the starts of each', () => {
  const histories = readStepHistories(
    log(
      ['step_started', 'a'],
      ['step_failed', 'a'],
      ['step_started', 'b'],
      ['step_started', 'a'],
      ['step_completed', 'a'],
    ),
  );
  expect(histories.get('a')).toEqual({ starts: 2, firstStartedAt: 10, settledSeq: 5, completion: { seq: 5 } });
  expect(histories.get('b')).toEqual({ starts: 1, firstStartedAt: 30, settledSeq: 3, completion: undefined });
});

test('knows nothing of events without a step', () => {
  expect(readStepHistories(log(['step_started', null], ['workflow_completed', null])).size).toBe(0);
});
