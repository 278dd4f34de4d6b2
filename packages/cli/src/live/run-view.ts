import type { StepRow } from '@sisyphus-state/schema';
import { type Change, decodeError, type StepStarted } from '@sisyphus-state/store';
import { firstLine, widthOf } from '../format/text.js';
import { newTry, pendingStep, type StepOutline, type StepView, stepIdOf, type TryView } from './step-view.js';
import { waitEnd } from './wait-end.js';

/** A run as a watcher sees it, steps in the order of the definition. */
export interface RunView {
  readonly steps: Map<string, StepView>;
  /** Steps that were tried, skipped or settled since this process came. */
  readonly touched: Set<string>;
  /** Cells of the widest id: measured once, not in every picture. */
  idWidth: number;
}

/** The view of a run: all its steps pending, or as the rows of an earlier process left them. */
export function createRunView(outline: readonly StepOutline[], rows: readonly StepRow[] = []): RunView {
  const steps = new Map(outline.map((step) => [step.id, pendingStep(step)]));
  const idWidth = outline.reduce((width, { id }) => Math.max(width, widthOf(id)), 0);
  const view: RunView = { steps, touched: new Set(), idWidth };
  for (const row of rows) applyRow(view, row);
  return view;
}

/** Takes in a committed change. */
export function applyChange(view: RunView, change: Change, at: number): void {
  if (!('stepKey' in change) || change.stepKey === null || change.type === 'workflow_failed') return;
  if (isRecordedValue(change.stepKey)) return;
  const id = stepIdOf(change.stepKey);
  const step = view.steps.get(id) ?? addUnknown(view, id);
  view.touched.add(id);
  if (change.stepKey === id) applyToStep(step, change, at);
  else applyToItem(step, change, at);
}

/** Takes in what a handler says of its progress: a text, or a fraction. */
export function applyProgress(view: RunView, stepKey: string, progress: string | number): void {
  const step = view.steps.get(stepIdOf(stepKey));
  const tried = step?.openItems.get(stepKey) ?? step;
  if (tried !== undefined) tried.progress = showProgress(progress);
}

function showProgress(progress: string | number): string {
  if (typeof progress === 'string') return firstLine(progress);
  return `${Math.round(Math.min(1, Math.max(0, progress)) * 100)}%`;
}

function applyRow(view: RunView, row: StepRow): void {
  if (isRecordedValue(row.stepKey)) return;
  const step = view.steps.get(row.stepId) ?? addUnknown(view, row.stepId);
  const isDone = row.status === 'completed' || row.status === 'skipped';
  // What failed or was cancelled gets fresh attempts from whoever resumes; what was cut off goes on counting.
  const isRearmed = row.status === 'failed' || row.status === 'cancelled';
  const attemptsBefore = isRearmed ? row.attempts : row.attemptsBase;
  if (row.stepKey !== row.stepId) {
    if (isDone) {
      step.itemsDone += 1;
      step.itemsDoneBefore += 1;
    } else step.openItems.set(row.stepKey, { ...newTry(), attempt: row.attempts, attemptsBefore, ...retryOf(row) });
    return;
  }
  step.attempt = row.attempts;
  step.attemptsBefore = attemptsBefore;
  step.itemCount = row.itemCount;
  Object.assign(step, retryOf(row));
  if (row.status === 'waiting') {
    step.status = row.status;
    step.wakeAt = row.wakeAt;
    step.startedAt = row.startedAt;
  }
  if (!isDone) return;
  step.status = row.status;
  step.wasDoneBefore = true;
  step.startedAt = row.startedAt;
  step.finishedAt = row.finishedAt;
}

/** `ctx.now()` and its like are kept as steps, and are nothing that anybody waits for. */
function isRecordedValue(stepKey: string): boolean {
  return stepKey.startsWith('$');
}

/** The next attempt that a row waits for. */
function retryOf({ status, wakeAt, error }: StepRow): Pick<TryView, 'retryAt' | 'lastError'> {
  if (status !== 'pending' || wakeAt === null) return { retryAt: null, lastError: null };
  return { retryAt: wakeAt, lastError: firstLine(decodeError(error)?.message ?? '') || null };
}

/** A step that the outline does not have: code announces none, the definition was changed, or there is none. */
function addUnknown(view: RunView, id: string): StepView {
  const step = pendingStep({ id, type: '', isForeach: false, maxAttempts: null });
  view.steps.set(id, step);
  view.idWidth = Math.max(view.idWidth, widthOf(id));
  return step;
}

function applyToStep(step: StepView, change: Change, at: number): void {
  switch (change.type) {
    case 'step_started':
      beginTry(step, change);
      step.status = 'running';
      step.itemCount = change.itemCount;
      step.startedAt ??= at;
      return;
    case 'step_retry_scheduled':
      step.status = 'pending';
      awaitRetry(step, change, at);
      return;
    case 'step_waiting':
      step.status = 'waiting';
      step.wakeAt = waitEnd(change, at);
      step.startedAt ??= at;
      return;
    case 'step_in_doubt':
      step.status = 'in_doubt';
      step.isRunning = false;
      step.reason = 'it was cut off, and may not run twice';
      return;
    case 'step_rearmed':
      step.status = 'pending';
      step.attemptsBefore = change.attempts;
      return;
    case 'step_completed':
      return settle(step, 'completed', null, at);
    case 'step_failed':
      return settle(step, 'failed', firstLine(change.error.message), at);
    case 'step_cancelled':
      return settle(step, 'cancelled', firstLine(change.reason), at);
    case 'step_skipped':
      return settle(step, 'skipped', firstLine(change.reason), at);
  }
}

function applyToItem(step: StepView, change: Change, at: number): void {
  if (!('stepKey' in change) || change.stepKey === null) return;
  const item = step.openItems.get(change.stepKey) ?? newTry();
  switch (change.type) {
    case 'step_started':
      beginTry(item, change);
      step.openItems.set(change.stepKey, item);
      // A resumed `foreach` goes on without an attempt of its own.
      step.status = 'running';
      step.startedAt ??= at;
      return;
    case 'step_retry_scheduled':
      awaitRetry(item, change, at);
      step.openItems.set(change.stepKey, item);
      return;
    case 'step_waiting':
      step.openItems.set(change.stepKey, item);
      step.status = 'running';
      return;
    case 'step_completed':
      step.itemsDone += 1;
      step.openItems.delete(change.stepKey);
      return;
    case 'step_failed':
    case 'step_cancelled':
      step.openItems.delete(change.stepKey);
  }
}

function beginTry(tried: TryView, change: StepStarted): void {
  tried.isRunning = true;
  tried.attempt = change.attempt;
  if (change.attemptsBase !== null) tried.attemptsBefore = change.attemptsBase;
  tried.retryAt = null;
  tried.progress = null;
}

function awaitRetry(tried: TryView, change: Extract<Change, { type: 'step_retry_scheduled' }>, at: number): void {
  tried.isRunning = false;
  tried.attempt = change.attempt;
  tried.retryAt = at + change.delayMs;
  tried.lastError = firstLine(change.error.message);
}

function settle(step: StepView, status: StepView['status'], reason: string | null, at: number): void {
  step.status = status;
  step.isRunning = false;
  step.reason = reason;
  step.retryAt = null;
  step.wakeAt = null;
  step.finishedAt = at;
  step.openItems.clear();
}
