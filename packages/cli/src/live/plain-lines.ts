import type { LiveEvent } from '@sisyphus-state/executor';
import type { Change } from '@sisyphus-state/store';
import { shortId } from '../format/short-id.js';
import { count, firstLine, oneLine } from '../format/text.js';
import { showDuration, showInstant } from '../format/time.js';
import { previewValue } from '../format/value.js';
import type { RunView } from './run-view.js';
import { countedAttempt, type StepView, showAttempt, stepIdOf, type TryView } from './step-view.js';

/** How many times a `foreach` tells how far it is. */
const tellings = 10;
const dataCells = 200;

/**
 * What a change that `view` has just taken in is worth in a log: steps that begin, end or are tried again, and each tenth
 * of a `foreach`; null for the rest.
 */
export function changeLine(view: RunView, change: Change): string | null {
  if (!('stepKey' in change) || change.stepKey === null || change.type === 'workflow_failed') return null;
  const step = view.steps.get(stepIdOf(change.stepKey));
  if (step === undefined) return null;
  const isItem = change.stepKey !== step.id;
  const said = isItem ? sayOfItem(step, change) : sayOfStep(step, change);
  return said === null
    ? null
    : `${oneLine(isItem && change.type === 'step_completed' ? step.id : change.stepKey)} ${said}`;
}

/** What a handler logged: `classify[3]: message {"data":1}`; of another run than the one that is watched, with whose it is. */
export function logLine(event: Extract<LiveEvent, { kind: 'log' }>, watched = event.runId): string {
  const { runId, stepKey, message, data } = event;
  const whose = runId === watched ? '' : `${shortId(runId)} `;
  const shown = data === undefined ? '' : ` ${previewValue(data, dataCells)}`;
  return `${whose}${oneLine(stepKey)}: ${oneLine(message)}${shown}`;
}

function sayOfStep(step: StepView, change: Change): string | null {
  switch (change.type) {
    case 'step_started':
      if (change.itemCount !== null) return `started (${step.type}, ${count(change.itemCount, 'item')})`;
      return `started (${[change.stepType, attemptOf(step, step)].filter((part) => part !== null).join(', ')})`;
    case 'step_completed':
      return `completed in ${tookOf(step)}`;
    case 'step_failed':
      return `failed after ${tookOf(step)}: ${firstLine(change.error.message)}`;
    case 'step_waiting':
      return sayOfWait(step, change.stepType);
    case 'step_skipped':
      return `skipped: ${oneLine(change.reason)}`;
    case 'step_cancelled':
      return `cancelled: ${oneLine(change.reason)}`;
    default:
      return sayOfRetry(step, step, change);
  }
}

/** Items begin and end by the thousand: their troubles are told, their successes by tenths. */
function sayOfItem(step: StepView, change: Change): string | null {
  if (change.type === 'step_completed') return sayOfTenth(step);
  if (change.type === 'step_failed') return `failed: ${firstLine(change.error.message)}`;
  if (!('stepKey' in change) || change.stepKey === null) return null;
  return sayOfRetry(step.openItems.get(change.stepKey) ?? step, step, change);
}

function sayOfWait({ wakeAt }: StepView, type: string): string {
  // The whole instant: a log is read on another day.
  if (wakeAt !== null) return `waits until ${showInstant(wakeAt)} (${type})`;
  return `waits for ${type === 'workflow' ? 'a run' : 'somebody'} (${type})`;
}

function sayOfRetry(tried: TryView, step: StepView, change: Change): string | null {
  if (change.type !== 'step_retry_scheduled') return null;
  const attempt = countedAttempt(tried);
  const next = `${showAttempt(attempt + 1, step)} in ${showDuration(change.delayMs)}`;
  return `${showAttempt(attempt, step)} failed: ${firstLine(change.error.message)}; ${next}`;
}

function sayOfTenth({ itemsDone, itemCount }: StepView): string | null {
  if (itemCount === null || itemCount === 0) return null;
  const tenth = Math.floor((itemsDone * tellings) / itemCount);
  const isNew = tenth > Math.floor(((itemsDone - 1) * tellings) / itemCount);
  return isNew ? `${itemsDone}/${itemCount}` : null;
}

function attemptOf(tried: TryView, step: StepView): string | null {
  const attempt = countedAttempt(tried);
  return attempt < 2 ? null : showAttempt(attempt, step);
}

function tookOf({ startedAt, finishedAt }: StepView): string {
  return showDuration((finishedAt ?? 0) - (startedAt ?? finishedAt ?? 0));
}
