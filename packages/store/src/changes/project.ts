import type { RunProjection, StepProjection } from '@sisyphus-state/schema';
import { jsonColumn } from '../codec/json-column.js';
import type { Metered, RearmedStep, StepStarted, StepWaiting, StoredChange, Streaked } from './change.js';
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
  if (step !== null) return { run: usageOf(change), steps: [step], mail: none };
  const mail = change.type === 'mail_taken' ? [change.mailId] : none;
  return { run: projectRun(change, stamp), steps: projectSteps(change), mail };
}

const none: readonly string[] = Object.freeze([]);

function usageOf(change: StoredChange): Partial<RunProjection> | null {
  const usage = 'runUsage' in change ? change.runUsage : null;
  return usage == null ? null : { usage: JSON.stringify(usage) };
}

function projectStep(change: StoredChange, stamp: Stamp): StepPatch | null {
  switch (change.type) {
    case 'step_started':
      return startStep(change, stamp);
    case 'step_waiting':
      return beginWait(change, stamp);
    case 'step_completed':
      return outcome(change, {
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
      return outcome(change, {
        status: 'failed',
        error: jsonColumn(change.error),
        usage: jsonColumn(change.usage),
        settledSeq: stamp.seq,
        finishedAt: stamp.at,
      });
    case 'step_cancelled':
      return outcome(change, {
        status: 'cancelled',
        ...(change.usage == null ? null : { usage: jsonColumn(change.usage) }),
        settledSeq: stamp.seq,
        finishedAt: stamp.at,
      });
    case 'step_retry_scheduled':
      return outcome(change, {
        status: 'pending',
        error: jsonColumn(change.error),
        // A backoff with jitter is seldom a whole number; an instant is.
        wakeAt: stamp.at + Math.ceil(change.delayMs),
        usage: jsonColumn(change.usage),
      });
    case 'step_in_doubt':
      return outcome(change, { status: 'in_doubt' });
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
  const { stepKey, attemptsBase, runUsage, reserved = null } = change;
  const metered = runUsage == null ? set : { ...set, reserved: jsonColumn(reserved) };
  if (attemptsBase !== null) return { stepKey, set: { ...metered, attemptsBase }, onInsert: { startedAt: stamp.at } };
  return { stepKey, set: metered, onInsert: { attemptsBase: 0, startedAt: stamp.at } };
}

function beginWait(change: StepWaiting, stamp: Stamp): StepPatch {
  const { stepKey, stepId, stepType: type, childRunId, attempts } = change;
  const set = { status: 'waiting', wakeAt: wakeAtOf(change, stamp), settledSeq: null, finishedAt: null } as const;
  const onInsert = { stepId, type, attemptsBase: 0, startedAt: stamp.at };
  if (childRunId === null) return { stepKey, set, onInsert: { ...onInsert, attempts: 0 } };
  return { stepKey, set: { ...set, childRunId, attempts: attempts ?? 1, error: null }, onInsert };
}

type Outcome = StoredChange & Metered & Streaked & { readonly stepKey: string };

/**
 * What an attempt that is over leaves. Its reservation is gone with it where anything is counted, and a streak is written
 * only where there is or was one: other steps have neither, and are written with fewer columns.
 */
function outcome({ stepKey, runUsage, streak }: Outcome, set: Partial<StepProjection>): StepPatch {
  if (runUsage == null && streak == null) return { stepKey, set, onInsert: null };
  const more: Partial<StepProjection> = {
    ...(runUsage == null ? null : { reserved: null }),
    ...(streak == null ? null : { streak }),
  };
  return { stepKey, set: { ...set, ...more }, onInsert: null };
}

function projectSteps(change: StoredChange): readonly StepPatch[] {
  if (change.type !== 'workflow_resumed') return [];
  return change.rearmed.map(rearmed);
}

function rearmed({ stepKey, attempts }: RearmedStep): StepPatch {
  const set = { status: 'pending', attemptsBase: attempts, settledSeq: null, wakeAt: null, finishedAt: null } as const;
  return { stepKey, set, onInsert: null };
}
