import type { RunProjection } from '@sisyphus-state/schema';
import { jsonColumn } from '../codec/json-column.js';
import type { StoredChange, WorkflowResumed } from './change.js';
import type { Stamp } from './projection.js';
import { wakeAtOf } from './wake-at.js';

/** Spread after the other columns, not before them: V8 copies an object and then adds to it a hundred times slower. */
const released = { leaseWorker: null, wakeAt: null, reason: null } as const;

/** Says what a change does to the run's own row; null when nothing. */
export function projectRun(change: StoredChange, stamp: Stamp): Partial<RunProjection> | null {
  switch (change.type) {
    case 'workflow_started':
      return {
        id: stamp.runId,
        namespace: change.namespace,
        name: change.name,
        version: change.version,
        definitionHash: change.definitionHash,
        status: 'pending',
        input: change.input.inline,
        inputRef: change.input.ref,
        tags: jsonColumn(change.tags),
        budget: jsonColumn(change.budget),
        queue: change.queue,
        priority: change.priority,
        concurrencyKey: change.concurrencyKey,
        idempotencyKey: change.idempotencyKey,
        parentRunId: change.parentRunId,
        parentStepKey: change.parentStepKey,
        rootRunId: change.rootRunId,
        wakeAt: change.wakeAt,
        deadlineAt: change.deadlineAt,
        fence: 0,
        createdAt: stamp.at,
      };
    case 'run_claimed': {
      const { fence, worker: leaseWorker, at: startedAt } = stamp;
      return change.first
        ? { status: 'running', fence, leaseWorker, wakeAt: null, reason: null, startedAt }
        : { status: 'running', fence, leaseWorker, wakeAt: null, reason: null };
    }
    case 'run_released':
      return { ...released, status: 'pending' };
    case 'workflow_suspended':
      return { ...released, status: 'waiting', wakeAt: wakeAtOf(change, stamp), reason: change.reason };
    case 'workflow_woken':
      return { wakeAt: stamp.at };
    case 'workflow_paused':
      return { ...released, status: 'paused', reason: change.reason };
    case 'workflow_resumed': {
      const again = { ...released, status: 'pending', endingAs: null, error: null, finishedAt: null } as const;
      return { ...again, ...newTerms(change, stamp) };
    }
    case 'workflow_completed':
      return {
        status: 'completed',
        output: change.output.inline,
        outputRef: change.output.ref,
        context: change.context.inline,
        contextRef: change.context.ref,
        finishedAt: stamp.at,
        ...released,
      };
    case 'workflow_ending':
      return { endingAs: change.as, error: jsonColumn(change.error) };
    case 'workflow_failed':
      return { status: 'failed', error: JSON.stringify(change.error), finishedAt: stamp.at, ...released };
    case 'workflow_cancelled':
      return { ...released, status: 'cancelled', reason: change.reason, finishedAt: stamp.at };
    default:
      return null;
  }
}

/** What a run that goes on gets with it; what is not given stays as it is. */
function newTerms({ definitionHash, budget, deadlineMs }: WorkflowResumed, { at }: Stamp): Partial<RunProjection> {
  return {
    ...(definitionHash === null ? null : { definitionHash }),
    ...(budget == null ? null : { budget: jsonColumn(budget) }),
    ...(deadlineMs == null ? null : { deadlineAt: at + deadlineMs }),
  };
}
