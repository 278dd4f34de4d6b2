import type { WorkflowStore } from '@sisyphus-state/store';
import type { Terminal } from '../terminal/terminal.js';
import type { WorkReporter } from './work-reporter.js';

/** What a worker's reporter is made for. */
export interface WorkReporterOptions {
  readonly terminal: Terminal;
  readonly store: WorkflowStore;
  readonly json: boolean;
}

/** Chooses how a worker is told of: as JSON, as a picture where stdout is a terminal, else in plain lines. */
export async function createWorkReporter({ terminal, store, json }: WorkReporterOptions): Promise<WorkReporter> {
  if (json) {
    const { createJsonWorkReporter } = await import('./json-work-reporter.js');
    return createJsonWorkReporter(terminal);
  }
  if (terminal.isLive) {
    const { createLiveWorkReporter } = await import('./live-work-reporter.js');
    return createLiveWorkReporter(terminal, store);
  }
  const { createPlainWorkReporter } = await import('./plain-work-reporter.js');
  return createPlainWorkReporter(terminal);
}
