import type { WorkflowStore } from '@sisyphus-state/store';
import { shortId } from '../format/short-id.js';
import { oneLine, stripControls } from '../format/text.js';
import { LiveScreen } from '../live/live-screen.js';
import { logLine } from '../live/plain-lines.js';
import { divertOutput } from '../terminal/divert-output.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Board } from './board.js';
import type { HeldRun } from './held-run.js';
import { type DoneRun, renderWork } from './render-work.js';
import { watchSurroundings } from './watch-surroundings.js';
import { endLine, factLines, summaryLines, warningOf } from './work-lines.js';
import type { WorkFacts, WorkReporter } from './work-reporter.js';

const mostRecent = 5;

/** Tells of a worker as a picture on a terminal; what went wrong stays above it. */
export function createLiveWorkReporter(terminal: Terminal, store: WorkflowStore): WorkReporter {
  const { paint, symbols, now } = terminal;
  const recent: DoneRun[] = [];
  const restore: (() => void)[] = [];
  let screen: LiveScreen | null = null;
  const say = (line: string): void => (screen === null ? terminal.print(line) : screen.print(line));
  const sayOf = ({ runId, name }: HeldRun, text: string): void => say(`${shortId(runId)} ${oneLine(name)} ${text}`);
  const finish = (): void => {
    for (const each of restore.splice(0)) each();
    screen?.finish();
    screen = null;
  };
  const begin = (facts: WorkFacts, board: Board): void => {
    for (const line of factLines(facts, paint)) terminal.print(line);
    const around = watchSurroundings(store, facts);
    screen = new LiveScreen(terminal, (frame) => {
      if (frame.isFinal) return [];
      const picture = { held: board.held, recent, tally: board.tally, around: around.latest() };
      return renderWork(picture, { ...frame, columns: terminal.columns, now: now(), paint, symbols });
    });
    screen.start();
    restore.push(around.stop, divertOutput(terminal.stdout, say));
    // Unless stderr goes elsewhere, it is on the same screen.
    if (terminal.stderr.isTTY === true) restore.push(divertOutput(terminal.stderr, say));
  };
  return {
    begin,
    take: () => undefined,
    tell: (run, event) => {
      if (event.kind === 'log') sayOf(run, paint.dim(logLine(event)));
    },
    leave: (run, end) => {
      if (end.kind === 'completed') {
        recent.push({ runId: run.runId, name: run.name, durationMs: now() - run.takenAt });
        recent.splice(0, recent.length - mostRecent);
      } else if (end.kind !== 'waiting') sayOf(run, endLine(run, end, now(), paint));
    },
    warn: (unhandled) => say(paint.yellow(warningOf(unhandled))),
    trouble: (error) => say(paint.red(`trouble: ${oneLine(error.message)}`)),
    remark: (text) => say(paint.yellow(stripControls(text))),
    end: (summary) => {
      finish();
      for (const line of summaryLines(summary, now(), paint)) terminal.print(line);
    },
    abort: finish,
  };
}
