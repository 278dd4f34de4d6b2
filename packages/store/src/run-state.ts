import type {
  Budget,
  RunRow,
  RunStatus,
  RunUsage,
  Spend,
  StepRow,
  StepStatus,
  StoredError,
} from '@sisyphus-state/schema';
import { readBudget, readSpend, readUsage } from './changes/run-usage.js';
import { decodeValue } from './codec/decode-value.js';

/** A step, decoded. Instants are integer milliseconds, UTC. */
export interface StepState {
  readonly stepKey: string;
  readonly stepId: string;
  readonly type: string;
  readonly status: StepStatus;
  readonly attempts: number;
  readonly result: unknown;
  readonly error: StoredError | null;
  readonly itemCount: number | null;
  /** What the last attempt that was settled reported. */
  readonly usage: Partial<Spend> | null;
  readonly wakeAt: number | null;
  /** The run that a step of type `workflow` waits or waited for; of several the last. */
  readonly childRunId: string | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

/** A run with its steps in the order they were started, decoded. */
export interface RunState {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: number | null;
  readonly definitionHash: string | null;
  readonly status: RunStatus;
  readonly reason: string | null;
  readonly input: unknown;
  readonly context: unknown;
  readonly output: unknown;
  readonly error: StoredError | null;
  readonly tags: Readonly<Record<string, string>> | null;
  /** The run that waits for this one, and the key of its step; null: nobody does. */
  readonly parentRunId: string | null;
  readonly parentStepKey: string | null;
  /** The run at the top of the tree: its own id for a run without a parent. */
  readonly rootRunId: string;
  readonly idempotencyKey: string | null;
  readonly queue: string;
  readonly priority: number;
  readonly revision: number;
  readonly fence: number;
  readonly leaseWorker: string | null;
  readonly leaseExpiresAt: number | null;
  readonly wakeAt: number | null;
  readonly deadlineAt: number | null;
  readonly budget: Budget | null;
  /** Null: nothing was counted. */
  readonly usage: RunUsage | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly steps: readonly StepState[];
}

/** Decodes a run's rows. */
export function toRunState(run: RunRow, steps: readonly StepRow[]): RunState {
  const { id, namespace, name, version, definitionHash, status, reason, idempotencyKey, queue, priority } = run;
  const { parentRunId, parentStepKey, rootRunId } = run;
  const { revision, fence, leaseWorker, leaseExpiresAt, wakeAt, createdAt, updatedAt, startedAt, finishedAt } = run;
  return {
    ...{ id, namespace, name, version, definitionHash, status, reason },
    input: decodeValue(run.input),
    context: decodeValue(run.context),
    output: decodeValue(run.output),
    error: decodeError(run.error),
    // The engine wrote the column from a record of strings.
    tags: run.tags === null ? null : (JSON.parse(run.tags) as Record<string, string>),
    ...{ parentRunId, parentStepKey, rootRunId },
    ...{ idempotencyKey, queue, priority, revision, fence, leaseWorker, leaseExpiresAt },
    ...{ wakeAt, deadlineAt: run.deadlineAt },
    budget: run.budget === null ? null : readBudget(run.budget),
    usage: run.usage === null ? null : readUsage(run.usage),
    ...{ createdAt, updatedAt, startedAt, finishedAt },
    steps: steps.map(toStepState),
  };
}

function toStepState(step: StepRow): StepState {
  const { stepKey, stepId, type, status, attempts, itemCount, wakeAt, childRunId, startedAt, finishedAt } = step;
  return {
    ...{ stepKey, stepId, type, status, attempts },
    result: decodeValue(step.result),
    error: decodeError(step.error),
    itemCount,
    usage: step.usage === null ? null : readSpend(step.usage),
    ...{ wakeAt, childRunId, startedAt, finishedAt },
  };
}

/** Decodes an error column; null is no error. */
export function decodeError(text: string | null): StoredError | null {
  // Only toStoredError writes these columns.
  return text === null ? null : (JSON.parse(text) as StoredError);
}
