import type { Terminal } from '../terminal/terminal.js';
import type { Reporter } from './reporter.js';
import type { RunView } from './run-view.js';
import type { NextCommands, WaitingRun } from './summarize.js';

/** What a reporter is made for. */
export interface ReporterOptions {
  readonly terminal: Terminal;
  readonly view: RunView;
  readonly json: boolean;
  /** What goes on with the run. */
  readonly nextCommands: (run: WaitingRun) => NextCommands | null;
}

/** Chooses how a run is told of: as JSON, as a picture where stdout is a terminal, else in plain lines. */
export async function createReporter({ terminal, view, json, nextCommands }: ReporterOptions): Promise<Reporter> {
  if (json) {
    const { createJsonReporter } = await import('./json-reporter.js');
    return createJsonReporter(terminal, view);
  }
  if (terminal.isLive) {
    const { createLiveReporter } = await import('./live-reporter.js');
    return createLiveReporter(terminal, view, nextCommands);
  }
  const { createPlainReporter } = await import('./plain-reporter.js');
  return createPlainReporter(terminal, view, nextCommands);
}
