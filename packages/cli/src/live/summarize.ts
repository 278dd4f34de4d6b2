import { oneLine, stripControls } from '../format/text.js';
import { showDuration } from '../format/time.js';
import { previewValue } from '../format/value.js';
import { showWait, waitOf } from '../format/wait.js';
import type { Colors } from '../terminal/terminal.js';
import { type StepCounts, showCounts } from './count-steps.js';
import { type RunOutcome, stepInDoubt } from './run-outcome.js';

/** What a summary is made for. */
export interface SummaryOptions {
  readonly counts: StepCounts;
  /** The commands that go on with the run; null when nothing can (a database in memory). */
  readonly commands: NextCommands | null;
  readonly now: number;
  readonly columns: number;
  readonly paint: Colors;
}

/** What decides which commands go on with a run. */
export type WaitingRun = Pick<RunOutcome, 'queue' | 'reason'>;

/** Commands for the reader to copy. */
export interface NextCommands {
  /** Resumes the run. */
  readonly resume: string;
  /** Starts a worker for its queue. */
  readonly work: string;
  /** Gives it what it waits for from somebody. */
  readonly answer: string;
}

const mostErrorLines = 12;
const mostOutputCells = 400;

/**
 * The last words on a run: how it ended, what it cost and gave, and what to do next.
 *
 * Only the output is shortened: messages are to be read, and the command to be copied.
 */
export function summarize(outcome: RunOutcome, options: SummaryOptions): readonly string[] {
  return [headline(outcome, options), ...body(outcome, options)];
}

function headline(outcome: RunOutcome, { counts, paint, now }: SummaryOptions): string {
  const took = ` in ${showDuration(outcome.durationMs)}`;
  const tail = paint.dim(` · ${showCounts(counts)}`);
  switch (outcome.status) {
    case 'completed':
      if (counts.ran + counts.skipped === 0) return `${paint.green('completed')} before: nothing was left to do`;
      return `${paint.green('completed')}${took}${tail}`;
    case 'failed':
      return `${paint.red('failed')}${placeOf(outcome)}${took}${tail}`;
    case 'cancelled':
      return `${paint.yellow('cancelled')}${outcome.reason === null ? '' : `: ${oneLine(outcome.reason)}`}${took}${tail}`;
    default:
      if (outcome.stoppedBy !== null) return `${paint.yellow('stopped')} by ${outcome.stoppedBy}${tail}`;
      if (stepInDoubt(outcome) !== null)
        return `${paint.red('in doubt')} at step ${oneLine(stepInDoubt(outcome) ?? '')}${tail}`;
      if (outcome.status === 'waiting' || isParked(outcome))
        return `${paint.yellow('waiting')} ${showWait(waitOf(outcome), now)}${tail}`;
      return `${paint.yellow(outcome.status)}${outcome.reason === null ? '' : `: ${oneLine(outcome.reason)}`}${tail}`;
  }
}

function placeOf({ failedStep }: RunOutcome): string {
  return failedStep === null ? '' : ` at step ${oneLine(failedStep)}`;
}

function body(outcome: RunOutcome, { columns, paint, commands }: SummaryOptions): readonly string[] {
  if (outcome.status === 'completed') {
    if (outcome.output === null) return [];
    return [
      `${paint.dim('output')}  ${previewValue(outcome.output, Math.min(mostOutputCells, Math.max(1, columns - 9)))}`,
    ];
  }
  const advice = commands === null ? [] : adviceOf(outcome, commands);
  return [...errorLines(outcome, paint), ...advice.map((line) => (line.startsWith(' ') ? paint.bold(line) : line))];
}

/** It waits for its time, and no process is needed meanwhile. */
function isParked({ status, wakeAt, stoppedBy }: RunOutcome): boolean {
  return stoppedBy === null && wakeAt !== null && (status === 'waiting' || status === 'pending');
}

function adviceOf(outcome: RunOutcome, { resume, work, answer }: NextCommands): readonly string[] {
  if (outcome.status === 'failed') return ['Mend the cause, then go on from there:', `  ${resume}`];
  if (outcome.status === 'cancelled') return ['To go on after all:', `  ${resume}`];
  if (outcome.reason === 'budget_exhausted')
    return ['Raise its budget to go on from there (`sisyphus show` says what is used):', `  ${resume} --budget …`];
  if (outcome.stoppedBy !== null || outcome.status === 'paused') return ['To go on from there:', `  ${resume}`];
  if (stepInDoubt(outcome) !== null)
    return ['It was cut off and may not run twice. Find out whether it took effect, then say so:', `  ${answer}`];
  if (outcome.status === 'waiting' && isAsking(outcome))
    return ['It needs no process until that comes:', `  ${answer}`, 'A worker goes on with it then:', `  ${work}`];
  if (isParked(outcome))
    return ['It needs no process until then. A worker goes on with it:', `  ${work}`, 'or you do:', `  ${resume}`];
  return ['To go on from there:', `  ${resume}`];
}

/** It waits for somebody, perhaps only for so long. */
function isAsking({ wakeAt, reason }: RunOutcome): boolean {
  return wakeAt === null || /^(signal|approval):/.test(reason ?? '');
}

/** The code and the whole message, which may have lines of its own (a program's last words). */
function errorLines({ error }: RunOutcome, paint: Colors): readonly string[] {
  if (error === null) return [];
  const lines = stripControls(error.message)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  const shown = lines.slice(0, mostErrorLines).map((line) => `  ${line}`);
  if (lines.length > mostErrorLines) shown.push(paint.dim(`  … ${lines.length - mostErrorLines} more lines`));
  const [first = `  ${error.name}`, ...others] = shown;
  const code = error.code ?? (error.name === 'Error' ? null : error.name);
  return [code === null ? first : `  ${paint.red(code)}: ${first.trimStart()}`, ...others];
}
