import type { MailboxRow, RunRow, StepRow, StepStatus } from '@sisyphus-state/schema';
import type { RunSnapshot } from '../store-types.js';

/** A run as a rule sees it: pending and free, unless said otherwise. */
export function snapshotOf(run: Partial<RunRow> = {}, more: Partial<RunSnapshot> = {}): RunSnapshot {
  const row: RunRow = {
    ...{
      id: 'r',
      namespace: 'default',
      name: 'w',
      version: null,
      definitionHash: 'h',
      status: 'pending',
      reason: null,
    },
    ...{ endingAs: null, input: null, inputRef: null, context: null, contextRef: null, output: null, outputRef: null },
    ...{ error: null, tags: null, usage: null, budget: null, parentRunId: null, parentStepKey: null, rootRunId: 'r' },
    ...{ idempotencyKey: null, queue: 'default', priority: 0, concurrencyKey: null, wakeAt: null, deadlineAt: null },
    ...{ revision: 1, lastSeq: 1, fence: 0, leaseWorker: null, leaseHolder: null, leaseExpiresAt: null },
    ...{ leaseMs: null, leaseRenewals: 0, createdAt: 1, updatedAt: 1, startedAt: null, finishedAt: null },
    ...run,
  };
  return { run: row, openSteps: [], mail: [], now: 1000, lease: 'free', ...more };
}

export function stepOf(stepKey: string, status: StepStatus, attempts = 1): StepRow {
  return {
    ...{
      runId: 'r',
      stepKey,
      stepId: stepKey,
      type: 't',
      status,
      result: null,
      resultRef: null,
      error: null,
      attempts,
    },
    ...{
      attemptsBase: 0,
      delivery: null,
      inputHash: null,
      itemCount: null,
      wakeAt: null,
      childRunId: null,
      usage: null,
    },
    ...{ reserved: null, streak: null, settledSeq: null, startedAt: null, finishedAt: null, updatedAt: 1 },
  };
}

/** A piece of unread mail. */
export function mailOf(more: Partial<MailboxRow>): MailboxRow {
  return {
    ...{ id: 'm', runId: 'r', kind: 'signal', name: null, payload: null, payloadRef: null, createdAt: 1 },
    ...{ consumedAt: null, consumedSeq: null },
    ...more,
  };
}
