import { cut, oneLine, stripControls } from '../format/text.js';
import { divertOutput } from '../terminal/divert-output.js';
import type { Terminal } from '../terminal/terminal.js';
import { countSteps } from './count-steps.js';
import { LiveScreen } from './live-screen.js';
import { logLine } from './plain-lines.js';
import { renderRun } from './render-run.js';
import type { Reporter } from './reporter.js';
import { applyChange, applyProgress, type RunView } from './run-view.js';
import { type NextCommands, summarize, type WaitingRun } from './summarize.js';

/** Tells of a run as a picture on a terminal: a line a step, redrawn as it goes on. */
export function createLiveReporter(
  terminal: Terminal,
  view: RunView,
  nextCommands: (run: WaitingRun) => NextCommands | null,
): Reporter {
  const { paint, symbols } = terminal;
  const screen = new LiveScreen(terminal, (frame) =>
    renderRun(view, { ...frame, columns: terminal.columns, now: terminal.now(), paint, symbols }),
  );
  const restore: (() => void)[] = [];
  let own = '';
  const finish = (): void => {
    for (const each of restore.splice(0)) each();
    screen.finish();
  };
  return {
    begin: ({ runId, name }) => {
      own = runId;
      terminal.print(cut(`${paint.dim('run')} ${paint.bold(runId)} ${oneLine(name)}`, Math.max(41, terminal.columns)));
      screen.start();
      restore.push(divertOutput(terminal.stdout, (line) => screen.print(line)));
      // Unless stderr goes elsewhere, it is on the same screen.
      if (terminal.stderr.isTTY === true) restore.push(divertOutput(terminal.stderr, (line) => screen.print(line)));
    },
    tell: (event) => {
      if (event.kind === 'log') screen.print(paint.dim(logLine(event, own)));
      if (event.runId !== own) return;
      if (event.kind === 'progress') applyProgress(view, event.stepKey, event.progress);
      if (event.kind === 'committed') for (const change of event.changes) applyChange(view, change, event.at);
    },
    remark: (text) => screen.print(paint.yellow(stripControls(text))),
    end: (outcome) => {
      finish();
      const { columns } = terminal;
      const commands = nextCommands(outcome);
      const options = { counts: countSteps(view), commands, columns, paint, now: terminal.now() };
      for (const line of summarize(outcome, options)) terminal.print(line);
    },
    abort: finish,
  };
}
