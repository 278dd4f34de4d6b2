import type { StepStatus } from '@sisyphus-state/schema';
import { goesOnFrom, type Place, retryMs, waitMs } from './flow.js';

/** A step as its documentation says it is. */
export interface ModelStep {
  /** Null: it has not begun. */
  readonly status: StepStatus | null;
  /** Attempts that count against its policy. */
  readonly used: number;
  readonly wakeAt: number | null;
  /** What it gave, if it completed. */
  readonly value: unknown;
  /** The fork has it of its source. */
  readonly isCarried: boolean;
  readonly isUndone: boolean;
}

/** A step that has not begun. */
export const notBegun: ModelStep = {
  ...{ status: null, used: 0, wakeAt: null, value: null, isCarried: false, isUndone: false },
};

/** What somebody says of a step in doubt. */
export type Resolution = 'completed' | 'failed' | 'retry';

/** What outsiders put in for a run. */
export type Mail =
  | { readonly kind: 'signal'; readonly name: string; readonly payload: number }
  | { readonly kind: 'approval'; readonly index: number; readonly answer: 'approved' | 'rejected' }
  | { readonly kind: 'in_doubt'; readonly index: number; readonly resolution: Resolution };

/** How a step stands at some instant of a drive, and what it has done and taken in that drive. */
export interface StepMoment {
  readonly step: ModelStep;
  readonly hasActed: boolean;
  readonly taken: Mail | null;
  /** `open`: it waits; `running`: it goes on by itself, unless the run ends. */
  readonly stands: 'running' | 'open' | 'done' | 'failed';
}

/** What a step can know of its run while somebody drives it. */
export interface DriveView {
  readonly now: number;
  readonly createdAt: number;
  readonly mail: readonly Mail[];
  /** Processes died on the way: then a step that must not run twice may be in doubt. */
  readonly hasCrashed: boolean;
  /** It is in doubt in fact: where a process died nobody can foretell. */
  readonly isDoubted: (place: Place) => boolean;
}

/** Tells whether nothing is left to do for a step: it has its result, or failed where the run goes on. */
export function isSettled(place: Place, { status }: ModelStep): boolean {
  return status === 'completed' || (status === 'failed' && goesOnFrom(place));
}

/** All instants of a step in one drive at which the run's end may meet it; the last is how it stands if nothing does. */
export function momentsOf(place: Place, step: ModelStep, view: DriveView): readonly StepMoment[] {
  const first: StepMoment = { step, hasActed: false, taken: null, stands: 'running' };
  if (isSettled(place, step)) return [{ ...first, stands: 'done' }];
  const { kind } = place.spec;
  if (kind === 'sleep' || kind === 'signal' || kind === 'approval') return waitMoments(place, first, view);
  if (step.status === 'in_doubt') return doubtMoments(place, first, view);
  const isBetweenAttempts = step.status === 'pending' && step.wakeAt !== null && step.wakeAt > view.now;
  return isBetweenAttempts ? [{ ...first, stands: 'open' }] : [first, ...attemptMoments(place, first, view)];
}

function waitMoments(place: Place, first: StepMoment, view: DriveView): readonly StepMoment[] {
  const { spec, index, signal } = place;
  const ms = waitMs(spec);
  const begun = { ...first.step, status: 'waiting' as const, wakeAt: ms === null ? null : view.now + ms };
  const step = first.step.status === 'waiting' ? first.step : begun;
  const open: StepMoment = { ...first, step, stands: 'open' };
  const taken =
    view.mail.find((mail) =>
      mail.kind === 'signal' ? spec.kind === 'signal' && mail.name === signal : mail.index === index,
    ) ?? null;
  const isTimeOver = step.wakeAt !== null && step.wakeAt <= view.now;
  if (taken === null && !isTimeOver) return [first, open];
  const isRefused = taken?.kind === 'approval' && taken.answer === 'rejected';
  const hasFailed = isRefused || (taken === null && spec.kind !== 'sleep');
  const value = taken?.kind === 'signal' ? taken.payload : null;
  return [first, open, settled(place, { ...open, taken }, hasFailed ? null : { value })];
}

function doubtMoments(place: Place, first: StepMoment, view: DriveView): readonly StepMoment[] {
  const taken = view.mail.find((mail) => mail.kind === 'in_doubt' && mail.index === place.index) ?? null;
  if (taken?.kind !== 'in_doubt') return [{ ...first, stands: 'open' }];
  if (taken.resolution !== 'retry')
    return [first, settled(place, { ...first, taken }, taken.resolution === 'completed' ? { value: 1 } : null)];
  const again: StepMoment = { ...first, step: { ...first.step, status: 'pending', used: 0 }, taken };
  return [first, again, ...attemptMoments(place, again, view)];
}

/** It has begun, its handler was entered, and it ended. */
function attemptMoments(place: Place, before: StepMoment, view: DriveView): readonly StepMoment[] {
  const { spec, key } = place;
  const used = before.step.used + 1;
  const begun: StepMoment = { ...before, step: { ...before.step, status: 'running', used, wakeAt: null } };
  const entered: StepMoment = { ...begun, hasActed: true };
  const doubted: StepMoment = { ...entered, step: { ...entered.step, status: 'in_doubt' }, stands: 'open' };
  const mayBeDoubted = spec.kind === 'once' && view.hasCrashed;
  const moments = [begun, entered, ...(mayBeDoubted ? [doubted] : [])];
  if (mayBeDoubted && view.isDoubted(place)) return moments;
  const fails = spec.kind === 'flaky' && view.now - view.createdAt < spec.healMs;
  if (!fails) return [...moments, settled(place, entered, { value: key })];
  if (used >= spec.attempts) return [...moments, settled(place, entered, null)];
  const retried = { ...entered.step, status: 'pending' as const, wakeAt: view.now + retryMs };
  return [...moments, { ...entered, step: retried, stands: 'open' }];
}

/** `result` null: it failed for good. */
function settled(place: Place, moment: StepMoment, result: { readonly value: unknown } | null): StepMoment {
  const status = result === null ? 'failed' : 'completed';
  const step: ModelStep = { ...moment.step, status, wakeAt: null, value: result?.value ?? null };
  return { ...moment, step, stands: isSettled(place, step) ? 'done' : 'failed' };
}
