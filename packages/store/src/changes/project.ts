import type { StepProjection } from '@sisyphus-state/schema';
import { jsonColumn } from '../codec/json-column.js';
import type { RearmedStep, StepStarted, StepWaiting, StoredChange } from './change.js';
import { projectRun } from './project-run.js';
import type { Projection, Stamp, StepPatch } from './projection.js';
import { wakeAtOf } from './wake-at.js';

/**
 * Says what a change does to the rows: the one rule that stores carry out and `verify` folds with.
 *
 * It never looks at the rows, so a log folds to the same columns whoever wrote it.
 */
export function project(change: StoredChange, stamp: Stamp): Projection {
  const step = projectStep(change, stamp);
  if (step !== null) return { run: null, steps: [step], mail: none };
  const mail = change.type === 'mail_taken' ? [change.mailId] : none;
  return { run: projectRun(change, stamp), steps: projectSteps(change), mail };
}

const none: readonly string[] = Object.freeze([]);

function projectStep(change: StoredChange, stamp: Stamp): StepPatch | null {
  switch (change.type) {
    case 'step_started':
      return startStep(change, stamp);
    case 'step_waiting':
      return beginWait(change, stamp);
    case 'step_completed':
      return settled(change.stepKey, {
        status: 'completed',
        result: change.result.inline,
        resultRef: change.result.ref,
        // That of a step which failed first, and whose fallback gave the result.
        error: null,
        usage: jsonColumn(change.usage),
        settledSeq: stamp.seq,
        finishedAt: stamp.at,
      });
    case 'step_failed':
      return settle(change.stepKey, stamp, {
        status: 'failed',
        error: jsonColumn(change.error),
        usage: jsonColumn(change.usage),
      });
    case 'step_cancelled':
      return settle(change.stepKey, stamp, { status: 'cancelled' });
    case 'step_retry_scheduled':
      return {
        stepKey: change.stepKey,
        set: {
          status: 'pending',
          error: jsonColumn(change.error),
          // A backoff with jitter is seldom a whole number; an instant is.
          wakeAt: stamp.at + Math.ceil(change.delayMs),
          usage: jsonColumn(change.usage),
        },
        onInsert: null,
      };
    case 'step_in_doubt':
      return { stepKey: change.stepKey, set: { status: 'in_doubt' }, onInsert: null };
    case 'step_rearmed':
      return rearmed(change);
    case 'step_skipped':
      return {
        stepKey: change.stepKey,
        set: { status: 'skipped', settledSeq: stamp.seq, finishedAt: stamp.at },
        onInsert: { stepId: change.stepId, type: change.stepType, attempts: 0, attemptsBase: 0 },
      };
    default:
      return null;
  }
}

function startStep(change: StepStarted, stamp: Stamp): StepPatch {
  const set: Partial<StepProjection> = {
    stepId: change.stepId,
    type: change.stepType,
    status: 'running',
    attempts: change.attempt,
    delivery: change.delivery,
    inputHash: change.inputHash,
    itemCount: change.itemCount,
    error: null,
    wakeAt: null,
    finishedAt: null,
  };
  const { stepKey, attemptsBase } = change;
  if (attemptsBase !== null) return { stepKey, set: { ...set, attemptsBase }, onInsert: { startedAt: stamp.at } };
  return { stepKey, set, onInsert: { attemptsBase: 0, startedAt: stamp.at } };
}

function beginWait(change: StepWaiting, stamp: Stamp): StepPatch {
  const { stepKey, stepId, stepType: type, childRunId, attempts } = change;
  const set = { status: 'waiting', wakeAt: wakeAtOf(change, stamp), settledSeq: null, finishedAt: null } as const;
  const onInsert = { stepId, type, attemptsBase: 0, startedAt: stamp.at };
  if (childRunId === null) return { stepKey, set, onInsert: { ...onInsert, attempts: 0 } };
  return { stepKey, set: { ...set, childRunId, attempts: attempts ?? 1, error: null }, onInsert };
}

function settled(stepKey: string, set: Partial<StepProjection>): StepPatch {
  return { stepKey, set, onInsert: null };
}

function settle(stepKey: string, stamp: Stamp, set: Partial<StepProjection>): StepPatch {
  return { stepKey, set: { ...set, settledSeq: stamp.seq, finishedAt: stamp.at }, onInsert: null };
}

function projectSteps(change: StoredChange): readonly StepPatch[] {
  if (change.type !== 'workflow_resumed') return [];
  return change.rearmed.map(rearmed);
}

function rearmed({ stepKey, attempts }: RearmedStep): StepPatch {
  const set = { status: 'pending', attemptsBase: attempts, settledSeq: null, wakeAt: null, finishedAt: null } as const;
  return { stepKey, set, onInsert: null };
}
