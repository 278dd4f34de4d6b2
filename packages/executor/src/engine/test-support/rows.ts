import type { StepRow } from '@sisyphus-state/schema';

/** A step's row, completed at its first attempt unless said otherwise. */
export function rowOf(stepKey: string, more: Partial<StepRow> = {}): StepRow {
  return {
    ...{ runId: 'r', stepKey, stepId: stepKey.replace(/\[.*/, ''), type: 't', status: 'completed', attempts: 1 },
    ...{ attemptsBase: 0, result: null, resultRef: null, error: null, delivery: null, inputHash: null },
    ...{ itemCount: null, wakeAt: null, childRunId: null, usage: null, reserved: null, streak: null, settledSeq: null },
    ...{ startedAt: null, finishedAt: null, updatedAt: 1 },
    ...more,
  };
}
