import { shortId } from '../format/short-id.js';
import { count, cut, oneLine, pad } from '../format/text.js';
import { showDuration, showElapsed, showMoment } from '../format/time.js';
import { showWait } from '../format/wait.js';
import type { PictureOptions } from '../live/render-run.js';
import { describeStep, spinners } from '../live/render-step.js';
import type { Tally } from './board.js';
import type { HeldRun } from './held-run.js';
import type { Surroundings } from './look-around.js';
import { showTally } from './work-lines.js';

/** What a picture of a worker shows. */
export interface WorkPicture {
  readonly held: readonly HeldRun[];
  /** Runs that were completed last, the newest at the end. */
  readonly recent: readonly DoneRun[];
  readonly tally: Tally;
  readonly around: Surroundings | null;
}

/** A run that was completed. */
export interface DoneRun {
  readonly runId: string;
  readonly name: string;
  readonly durationMs: number;
}

const mostWaiting = 3;
const widestName = 24;
const durationWidth = 7;
const marks = { unicode: { done: '✔', waiting: '◷' }, ascii: { done: '+', waiting: 'z' } };

/** A worker as lines of a screen: what was completed last, what is at work, what waits, and the counts. */
export function renderWork(picture: WorkPicture, options: PictureOptions): readonly string[] {
  const { columns, rows, paint } = options;
  const waiting = waitingLines(picture, options);
  const room = Math.max(1, rows - 1);
  const held = heldLines(picture, Math.max(1, room - Math.min(waiting.length, 1)), options);
  const rest = Math.max(0, room - held.length);
  const shownWaiting = waiting.slice(0, rest);
  const recent = recentLines(picture, rest - shownWaiting.length, options);
  const lines = [...recent, ...held, ...shownWaiting, paint.dim(countLine(picture, options.now))];
  // The last cell stays free: some terminals wrap a line that fills it.
  return lines.map((line) => cut(line, Math.max(1, columns - 1)));
}

function recentLines({ recent }: WorkPicture, room: number, options: PictureOptions): readonly string[] {
  const { paint, symbols } = options;
  const shown = room <= 0 ? [] : recent.slice(-room);
  return shown.map((run) =>
    paint.dim(
      `${marks[symbols].done} ${nameOf(run, options)} ${pad(showDuration(run.durationMs), durationWidth, 'right')}`,
    ),
  );
}

function heldLines({ held }: WorkPicture, room: number, options: PictureOptions): readonly string[] {
  const { paint, symbols, frame, now } = options;
  const spinner = paint.cyan(spinners[symbols][frame % spinners[symbols].length] ?? '');
  // A line is kept for those that are not shown.
  const shown = held.length <= room ? held : held.slice(0, Math.max(0, room - 1));
  const lines = shown.map((run) => {
    const elapsed = paint.dim(pad(showElapsed(now - run.takenAt), durationWidth, 'right'));
    return `${spinner} ${nameOf(run, options)} ${elapsed}  ${stepsOf(run, now)}`.trimEnd();
  });
  const hidden = held.length - shown.length;
  return hidden === 0 ? lines : [...lines, paint.dim(`  … ${count(hidden, 'more run')} at work`)];
}

/** The steps that are under way, with what they are at. */
function stepsOf({ view }: HeldRun, now: number): string {
  const open = [...view.steps.values()].filter(
    ({ status, retryAt }) => status === 'running' || status === 'waiting' || retryAt !== null,
  );
  return open.map((step) => `${oneLine(step.id)} ${describeStep(step, now)}`.trimEnd()).join(', ');
}

function waitingLines(picture: WorkPicture, options: PictureOptions): readonly string[] {
  const { paint, symbols, now } = options;
  const waiting = stillWaiting(picture, now);
  const lines = waiting.slice(0, mostWaiting).map(({ id, name, ...wait }) => {
    return `${paint.yellow(marks[symbols].waiting)} ${nameOf({ runId: id, name }, options)}  ${paint.dim(showWait(wait, now))}`;
  });
  const hidden = waiting.length - lines.length;
  const more = picture.around?.hasMoreWaiting === true ? ', or more' : '';
  return hidden === 0 ? lines : [...lines, paint.dim(`  … ${count(hidden, 'more run')} waiting${more}`)];
}

/** What was seen a moment ago may have been taken since. */
function stillWaiting({ around, held }: WorkPicture, now: number): Surroundings['waiting'] {
  const inHand = new Set(held.map(({ runId }) => runId));
  return (around?.waiting ?? []).filter(({ id, wakeAt }) => !inHand.has(id) && (wakeAt === null || wakeAt > now));
}

/** `2 at work · 37 completed, 1 failed · 4 due · 15 waiting, the next until 14:05:30`. */
function countLine(picture: WorkPicture, now: number): string {
  const { held, tally, around } = picture;
  const parts = [held.length === 0 ? 'nothing at work' : `${held.length} at work`];
  // How often a run was parked or given back is nothing to watch.
  parts.push(showTally({ ...tally, waiting: 0, released: 0 }));
  if (around !== null && around.due > 0) parts.push(`${around.due}${around.hasMoreDue ? '+' : ''} due`);
  const waiting = stillWaiting(picture, now);
  const [next] = waiting;
  if (next !== undefined) {
    const end = next.wakeAt === null ? '' : `, the next until ${showMoment(next.wakeAt, now)}`;
    parts.push(`${waiting.length}${around?.hasMoreWaiting === true ? '+' : ''} waiting${end}`);
  }
  return parts.filter((part) => part !== '').join(' · ');
}

/** The end of a run's id, by which every command finds it, and its workflow. */
function nameOf(
  { runId, name }: { readonly runId: string; readonly name: string },
  { columns, paint }: PictureOptions,
): string {
  const width = Math.min(widestName, Math.max(8, Math.floor(columns / 4)));
  return `${paint.dim(shortId(runId))} ${pad(cut(oneLine(name), width), width)}`;
}
