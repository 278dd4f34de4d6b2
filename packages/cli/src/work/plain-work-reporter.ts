import { oneLine } from '../format/text.js';
import { changeLine, logLine } from '../live/plain-lines.js';
import type { Terminal } from '../terminal/terminal.js';
import type { HeldRun } from './held-run.js';
import { endLine, factLines, summaryLines, warningOf } from './work-lines.js';
import type { WorkReporter } from './work-reporter.js';

/** Tells of a worker in plain lines, for pipes and service logs: a line begins with the run that it is about. */
export function createPlainWorkReporter(terminal: Terminal): WorkReporter {
  const { print, note, paint, now } = terminal;
  const printOf = (run: HeldRun, text: string): void => print(`${run.runId} ${oneLine(run.name)} ${text}`);
  return {
    begin: (facts) => {
      for (const line of factLines(facts, paint)) print(line);
    },
    take: (run) => printOf(run, run.takenFrom === null ? 'taken' : `taken from ${oneLine(run.takenFrom)}`),
    tell: (run, event) => {
      if (event.kind === 'log') printOf(run, logLine(event));
      if (event.kind !== 'committed') return;
      for (const change of event.changes) {
        // A log of many runs has room for what is tried again; what failed for good is told with the run's end.
        const line = change.type === 'step_retry_scheduled' ? changeLine(run.view, change) : null;
        if (line !== null) printOf(run, line);
      }
    },
    leave: (run, end) => printOf(run, endLine(run, end, now(), paint)),
    warn: (unhandled) => note(warningOf(unhandled)),
    trouble: (error) => note(`trouble: ${oneLine(error.message)}`),
    remark: note,
    end: (summary) => {
      for (const line of summaryLines(summary, now(), paint)) print(line);
    },
    abort: () => undefined,
  };
}
