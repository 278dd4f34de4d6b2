import { oneLine, stripControls } from '../format/text.js';
import { showDuration } from '../format/time.js';
import { previewValue } from '../format/value.js';
import type { Colors } from '../terminal/terminal.js';
import { type StepCounts, showCounts } from './count-steps.js';
import { isInDoubt, type RunOutcome } from './run-outcome.js';

/** What a summary is made for. */
export interface SummaryOptions {
  readonly counts: StepCounts;
  /** The command that resumes the run; null when nothing can (a database in memory). */
  readonly resumeCommand: string | null;
  readonly columns: number;
  readonly paint: Colors;
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

function headline(outcome: RunOutcome, { counts, paint }: SummaryOptions): string {
  const took = ` in ${showDuration(outcome.durationMs)}`;
  const tail = paint.dim(` · ${showCounts(counts)}`);
  switch (outcome.status) {
    case 'completed':
      if (counts.ran + counts.skipped === 0) return `${paint.green('completed')} before: nothing was left to do`;
      return `${paint.green('completed')}${took}${tail}`;
    case 'failed':
      return `${paint.red(isInDoubt(outcome) ? 'in doubt' : 'failed')}${placeOf(outcome)}${took}${tail}`;
    case 'cancelled':
      return `${paint.yellow('cancelled')}${outcome.reason === null ? '' : `: ${oneLine(outcome.reason)}`}${took}${tail}`;
    default:
      if (outcome.stoppedBy !== null) return `${paint.yellow('stopped')} by ${outcome.stoppedBy}${tail}`;
      return `${paint.yellow(outcome.status)}${outcome.reason === null ? '' : `: ${oneLine(outcome.reason)}`}${tail}`;
  }
}

function placeOf({ failedStep }: RunOutcome): string {
  return failedStep === null ? '' : ` at step ${oneLine(failedStep)}`;
}

function body(outcome: RunOutcome, { columns, paint, resumeCommand }: SummaryOptions): readonly string[] {
  if (outcome.status === 'completed') {
    if (outcome.output === null) return [];
    return [
      `${paint.dim('output')}  ${previewValue(outcome.output, Math.min(mostOutputCells, Math.max(1, columns - 9)))}`,
    ];
  }
  const advice = resumeCommand === null ? [] : [adviceOf(outcome), `  ${paint.bold(resumeCommand)}`];
  return [...errorLines(outcome, paint), ...advice];
}

function adviceOf(outcome: RunOutcome): string {
  if (isInDoubt(outcome)) return 'Find out whether it took effect. Resuming runs the step again:';
  if (outcome.status === 'failed') return 'Mend the cause, then go on from there:';
  return outcome.status === 'cancelled' ? 'To go on after all:' : 'To go on from there:';
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
