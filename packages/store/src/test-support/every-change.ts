import type { FoldState, RunProjection, StepProjection } from '@sisyphus-state/schema';
import { noUsage, projectedRunColumns, projectedStepColumns } from '@sisyphus-state/schema';
import type { Change } from '../changes/change.js';
import { json, storedError } from './sample-changes.js';

const blankRun = Object.fromEntries(projectedRunColumns.map((column) => [column, null]));
const blankStep = Object.fromEntries(projectedStepColumns.map((column) => [column, null]));

/** What `run_adopted` starts from: a failed run with one step. */
export const snapshot: FoldState = {
  // Blank but for these columns, as the adoption writes it.
  run: {
    ...blankRun,
    ...{ id: 'r', namespace: 'default', name: 'old', status: 'failed', rootRunId: 'r', queue: 'default' },
    ...{ priority: 0, fence: 0, createdAt: 1 },
  } as unknown as RunProjection,
  steps: [
    {
      ...blankStep,
      ...{ stepKey: 'a', stepId: 'a', type: 't', status: 'failed', attempts: 2, attemptsBase: 0, error: '{}' },
    } as unknown as StepProjection,
  ],
};

const usage = { tokens: 12, cost: 3 };
const runUsage = { ...noUsage, steps: 1, tokens: 12, cost: 3, unsettled: { tokens: 2, cost: 0 } };
const terms = { budget: { tokens: 70 }, deadlineMs: 5000 };

/** One change of every type, every field of it given. */
export const sampleOfEveryChange: readonly Change[] = [
  {
    type: 'workflow_started',
    ...{ namespace: 'n', name: 'w', version: 2, definitionHash: 'h', input: json({ a: 1 }), tags: { t: 'v' } },
    ...{ budget: { tokens: 5 }, queue: 'q', priority: -1, concurrencyKey: 'c', idempotencyKey: 'k' },
    ...{ parentRunId: 'p', parentStepKey: 'ps', rootRunId: 'root', wakeAt: 10, deadlineAt: 20 },
  },
  { type: 'run_claimed', takenFrom: 'w0', first: true },
  { type: 'run_released' },
  { type: 'workflow_suspended', wakeAt: 90, delayMs: 1500.5, reason: 'timer' },
  { type: 'workflow_woken' },
  { type: 'workflow_paused', reason: 'asked', details: { amount: 'tokens' } },
  { type: 'workflow_resumed', rearmed: [{ stepKey: 'a', attempts: 3 }], definitionHash: 'h2', ...terms },
  { type: 'workflow_completed', output: json(null), context: json({ b: [] }) },
  { type: 'workflow_ending', as: 'failed', error: storedError, stepKey: 'a', reason: 'r' },
  { type: 'workflow_failed', error: storedError, stepKey: 'a' },
  { type: 'workflow_cancelled', reason: 'enough' },
  { type: 'cancel_requested', reason: 'late' },
  { type: 'pause_requested', reason: 'asked' },
  { type: 'mail_taken', stepKey: 'a', mailId: 'm' },
  { type: 'signal_received', name: 's', payload: json(0) },
  {
    type: 'step_started',
    ...{ stepKey: 'a[1]', attempt: 2, stepId: 'a', stepType: 't', delivery: 'at-most-once', inputHash: 'ih' },
    ...{ itemCount: 4, attemptsBase: 1, reserved: { tokens: 9, cost: 0 }, runUsage },
  },
  {
    type: 'step_waiting',
    stepKey: 'a',
    stepId: 'a',
    stepType: 'sleep',
    wakeAt: null,
    delayMs: 60_000,
    message: 'well?',
    childRunId: 'c',
    attempts: 2,
  },
  { type: 'child_cancel_requested', stepKey: 'a', childRunId: 'c', reason: 'late' },
  { type: 'step_completed', stepKey: 'a', attempt: 1, result: json(''), usage, runUsage, streak: 2 },
  { type: 'step_failed', stepKey: 'a', attempt: 1, error: storedError, usage, runUsage, streak: 3 },
  {
    type: 'step_retry_scheduled',
    stepKey: 'a',
    attempt: 1,
    error: storedError,
    delayMs: 250,
    usage,
    runUsage,
    streak: 4,
  },
  { type: 'step_in_doubt', stepKey: 'a', attempt: 1, runUsage },
  { type: 'step_rearmed', stepKey: 'a', attempts: 2 },
  { type: 'step_skipped', stepKey: 'a', stepId: 'a', stepType: 't', reason: 'its if was false' },
  { type: 'step_cancelled', stepKey: 'a', attempt: 1, reason: 'a sibling failed', usage, runUsage },
  { type: 'run_adopted', snapshot },
  { type: 'run_forked', sourceRunId: 's', sourceSeq: 7, from: 'b', snapshot: json(snapshot) },
];
