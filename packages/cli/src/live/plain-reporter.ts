import { oneLine } from '../format/text.js';
import type { Terminal } from '../terminal/terminal.js';
import { countSteps } from './count-steps.js';
import { changeLine, logLine } from './plain-lines.js';
import type { Reporter } from './reporter.js';
import { applyChange, type RunView } from './run-view.js';
import { type NextCommands, summarize, type WaitingRun } from './summarize.js';

/** Tells of a run in plain lines, for pipes and build logs. */
export function createPlainReporter(
  terminal: Terminal,
  view: RunView,
  nextCommands: (run: WaitingRun) => NextCommands | null,
): Reporter {
  const { print, paint } = terminal;
  let own = '';
  return {
    begin: ({ runId, name }) => {
      own = runId;
      print(`run ${runId} ${oneLine(name)}`);
    },
    tell: (event) => {
      if (event.kind === 'log') print(logLine(event, own));
      if (event.kind !== 'committed' || event.runId !== own) return;
      for (const change of event.changes) {
        applyChange(view, change, event.at);
        const line = changeLine(view, change);
        if (line !== null) print(line);
      }
    },
    remark: (text) => terminal.note(text),
    end: (outcome) => {
      const { columns } = terminal;
      const commands = nextCommands(outcome);
      const options = { counts: countSteps(view), commands, columns, paint, now: terminal.now() };
      for (const line of summarize(outcome, options)) print(line);
    },
    abort: () => undefined,
  };
}
