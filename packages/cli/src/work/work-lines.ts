import type { QueueRequest } from '@sisyphus-state/store';
import { count, firstLine, oneLine } from '../format/text.js';
import { showDuration, showMoment } from '../format/time.js';
import { showWait } from '../format/wait.js';
import { countSteps, showCounts } from '../live/count-steps.js';
import type { Colors } from '../terminal/terminal.js';
import type { Tally } from './board.js';
import type { HeldRun, RunEnd } from './held-run.js';
import type { Unhandled } from './unhandled.js';
import type { WorkFacts, WorkSummary } from './work-reporter.js';

/** What a worker works on, at the head of all it says. */
export function factLines(
  { worker, location, namespace, queues, concurrency, types, workflows }: WorkFacts,
  paint: Colors,
): readonly string[] {
  const where = namespace === undefined ? '' : `, namespace ${oneLine(namespace)}`;
  const label = (text: string): string => paint.dim(text.padEnd('database'.length));
  return [
    `${label('worker')} ${paint.bold(oneLine(worker))}`,
    `${label('database')} ${oneLine(location)}${where}`,
    `${label('queues')} ${queues.map(showQueue).join(', ')}; ${count(concurrency, 'run')} at once`,
    `${label('handlers')} ${types.map(oneLine).join(', ')}`,
    ...(workflows.length === 0 ? [] : [`${label('code')} ${workflows.map(oneLine).join(', ')}`]),
  ];
}

/** `mail (at most 3 at once, 1 of a key)`. */
function showQueue({ name, concurrency = null, perKey = null }: QueueRequest): string {
  const limits = [
    concurrency === null ? null : `${concurrency} at once`,
    perKey === null ? null : `${perKey} of a key`,
  ];
  const shown = limits.filter((limit) => limit !== null).join(', ');
  return shown === '' ? oneLine(name) : `${oneLine(name)} (at most ${shown})`;
}

/** How a run was let go of: `completed in 1.2s · 3 steps ran`. */
export function endLine({ view, takenAt }: HeldRun, end: RunEnd, now: number, paint: Colors): string {
  const took = ` in ${showDuration(now - takenAt)}`;
  switch (end.kind) {
    case 'completed':
      return `${paint.green('completed')}${took}${paint.dim(` · ${showCounts(countSteps(view))}`)}`;
    case 'failed': {
      const place = end.stepKey === null ? '' : ` at step ${oneLine(end.stepKey)}`;
      const code = end.error.code === null ? '' : `${oneLine(end.error.code)}: `;
      return `${paint.red('failed')}${place}${took}: ${code}${firstLine(end.error.message)}`;
    }
    case 'cancelled':
      return `${paint.yellow('cancelled')}${end.reason === null ? '' : `: ${oneLine(end.reason)}`}`;
    case 'waiting':
      return `${paint.yellow('waiting')} ${showWait(end, now)}`;
    case 'paused':
      return `${paint.yellow('paused')}${end.reason === null ? '' : `: ${oneLine(end.reason)}`}`;
    case 'released':
      return `${paint.yellow('given back')}: anybody can go on with it`;
    case 'lost':
      return `${paint.yellow('lost')}${end.to === null ? '' : ` to ${oneLine(end.to)}`}: it was not this worker's any more`;
  }
}

/** Says that runs are due which this worker passes over. */
export function warningOf({ name, reason }: Unhandled): string {
  return `Runs of ${oneLine(name)} are due and not taken: ${oneLine(reason)}`;
}

/** The last words of a worker. */
export function summaryLines(summary: WorkSummary, now: number, paint: Colors): readonly string[] {
  const { stoppedBy, taken, tally, durationMs, nextDueAt, unhandled } = summary;
  const how = stoppedBy === null ? paint.green('idle') : `${paint.yellow('stopped')} by ${stoppedBy}`;
  const did = taken === 0 ? 'took nothing' : showTally(tally);
  const lines = [`${how} after ${showDuration(durationMs)}${did === '' ? '' : ` · ${did}`}`];
  if (unhandled > 0)
    lines.push(
      `${count(unhandled, 'due run')} not taken: what ${unhandled === 1 ? 'it needs' : 'they need'} is not here.`,
    );
  if (nextDueAt !== null) lines.push(`The next run is due at ${showMoment(nextDueAt, now)}.`);
  return lines;
}

const words: Readonly<Record<keyof Tally, string>> = {
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  waiting: 'parked',
  paused: 'paused',
  released: 'given back',
  lost: 'lost',
};

/** `37 completed, 1 failed`; empty when nothing was. */
export function showTally(tally: Tally): string {
  return Object.entries(words)
    .map(([kind, word]) => [tally[kind as keyof Tally], word] as const) // the keys of `words`
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number.toLocaleString('en-US')} ${word}`)
    .join(', ');
}
