import { count, pad } from '../format/text.js';
import { showDuration, showElapsed, showMoment } from '../format/time.js';
import type { Colors, Symbols } from '../terminal/terminal.js';
import { countedAttempt, type StepView, showAttempt, type TryView } from './step-view.js';

/** What every line of a picture shares. */
export interface LineStyle {
  readonly paint: Colors;
  readonly symbols: Symbols;
  readonly now: number;
  /** Grows by one a picture: turns the spinners. */
  readonly frame: number;
  /** Cells for the steps' ids. */
  readonly idWidth: number;
  /** The last picture: nothing in it moves any more. */
  readonly isFinal: boolean;
}

/** Signs that turn: something is going on. */
export const spinners = { unicode: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'], ascii: ['|', '/', '-', '\\'] };
const marks = {
  unicode: {
    completed: '✔',
    failed: '✖',
    skipped: '↷',
    cancelled: '⊘',
    retrying: '↻',
    pending: '·',
    asking: '?',
    asleep: '◷',
    left: '◦',
  },
  ascii: {
    completed: '+',
    failed: 'x',
    skipped: '-',
    cancelled: '!',
    retrying: '~',
    pending: '.',
    asking: '?',
    asleep: 'z',
    left: 'o',
  },
};
const durationWidth = 7;
const soonMs = 60_000;

/** One step as one line: mark, id, time, and what there is to say. The line may be too long for the screen. */
export function renderStep(step: StepView, style: LineStyle): string {
  const { paint, now, idWidth } = style;
  const ran = timeOf(step, now);
  const detail = describeStep(step, now);
  const isQuiet = step.status === 'pending' && step.retryAt === null;
  const id = pad(step.id, idWidth);
  const parts = [markOf(step, style), isQuiet || step.wasDoneBefore ? paint.dim(id) : id];
  if (ran !== '' || detail !== '') parts.push(paint.dim(pad(ran, durationWidth, 'right')));
  if (detail !== '') parts.push('', paintDetail(step, detail, paint));
  return parts.join(' ').trimEnd();
}

function timeOf({ startedAt, finishedAt }: StepView, now: number): string {
  if (startedAt === null) return '';
  return finishedAt === null ? showElapsed(now - startedAt) : showDuration(finishedAt - startedAt);
}

function markOf(step: StepView, { paint, symbols, frame, isFinal }: LineStyle): string {
  const mark = marks[symbols];
  if (step.retryAt !== null) return paint.yellow(mark.retrying);
  switch (step.status) {
    case 'completed':
      return step.wasDoneBefore ? paint.dim(mark.completed) : paint.green(mark.completed);
    case 'failed':
      return paint.red(mark.failed);
    case 'cancelled':
      return paint.yellow(mark.cancelled);
    case 'skipped':
      return paint.dim(mark.skipped);
    case 'running':
      if (isFinal) return paint.yellow(mark.left);
      return paint.cyan(spinners[symbols][frame % spinners[symbols].length] ?? '');
    case 'waiting':
      return paint.yellow(step.wakeAt === null ? mark.asking : mark.asleep);
    case 'in_doubt':
      return paint.yellow(mark.asking);
    case 'pending':
      return paint.dim(mark.pending);
  }
}

function paintDetail(step: StepView, detail: string, paint: Colors): string {
  if (step.status === 'failed') return paint.red(detail);
  return step.retryAt === null ? paint.dim(detail) : paint.yellow(detail);
}

/** What there is to say of a step beside its id and time; empty when nothing. */
export function describeStep(step: StepView, now: number): string {
  switch (step.status) {
    case 'completed':
      return joinParts([itemsOf(step), attemptOf(step, step), step.wasDoneBefore ? 'done before' : null]);
    case 'skipped':
      return joinParts([step.reason === null || step.reason === '' ? 'skipped' : `skipped: ${step.reason}`]);
    case 'running':
    case 'pending':
      return step.itemCount === null ? describeTry(step, step, now) : describeItems(step, now);
    case 'waiting':
      return describeWait(step.wakeAt, now);
    default:
      return joinParts([step.itemCount === null ? attemptOf(step, step) : counterOf(step), step.reason]);
  }
}

/** `until 14:05:30`, and shortly before it how long it still takes. */
function describeWait(wakeAt: number | null, now: number): string {
  if (wakeAt === null) return 'waits for somebody';
  return wakeAt - now > soonMs ? `until ${showMoment(wakeAt, now)}` : `${showElapsed(wakeAt - now)} left`;
}

/** What an attempt is at: `attempt 2/3 in 4.0s: exit code 1`, `attempt 2/3 · last error: exit code 1`, `43%`. */
function describeTry(tried: TryView, step: StepView, now: number): string {
  const { retryAt, lastError, progress } = tried;
  if (retryAt === null)
    return joinParts([attemptOf(tried, step), progress ?? (lastError === null ? null : `last error: ${lastError}`)]);
  const when = retryAt - now > soonMs ? `at ${showMoment(retryAt, now)}` : `in ${showElapsed(retryAt - now)}`;
  const next = `${showAttempt(countedAttempt(tried) + 1, step)} ${when}`;
  return lastError === null ? next : `${next}: ${lastError}`;
}

function describeItems(step: StepView, now: number): string {
  const open = [...step.openItems];
  const running = open.filter(([, item]) => item.isRunning).length;
  const trouble =
    open.find(([, item]) => item.retryAt !== null || item.lastError !== null) ??
    open.find(([, item]) => item.progress !== null);
  const said =
    trouble === undefined ? null : `${trouble[0].slice(step.id.length)} ${describeTry(trouble[1], step, now)}`;
  return joinParts([counterOf(step), running > 1 ? `${running} running` : null, said]);
}

/** `37/120`, once it is known how many there are. */
function counterOf(step: StepView): string | null {
  return step.itemCount === null ? null : `${step.itemsDone}/${step.itemCount}`;
}

function itemsOf({ itemCount, itemsDoneBefore, wasDoneBefore }: StepView): string | null {
  if (itemCount === null) return null;
  const before =
    itemsDoneBefore > 0 && !wasDoneBefore ? ` (${itemsDoneBefore.toLocaleString('en-US')} done before)` : '';
  return `${count(itemCount, 'item')}${before}`;
}

/** `attempt 2/3`; nothing for a first one, and a `foreach` has none of its own. */
function attemptOf(tried: TryView, step: StepView): string | null {
  const attempt = countedAttempt(tried);
  const isGroup = tried === step && step.itemCount !== null;
  return attempt < 2 || isGroup ? null : showAttempt(attempt, step);
}

function joinParts(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join(' · ');
}
