import type { LiveEvent } from '@sisyphus-state/executor';
import type { StoredError } from '@sisyphus-state/schema';
import type { Change } from '@sisyphus-state/store';
import { isoInstant } from '../format/time.js';
import { divertOutput } from '../terminal/divert-output.js';
import type { Terminal } from '../terminal/terminal.js';
import { countSteps } from './count-steps.js';
import type { Reporter } from './reporter.js';
import { applyChange, type RunView } from './run-view.js';

/**
 * Tells of a run as JSON, an object a line: first `{"type":"run"}` with its id, then a line a committed change or log
 * line, at last `{"type":"result"}` with status, output, context and error. What handlers print goes to stderr.
 */
export function createJsonReporter(terminal: Terminal, view: RunView): Reporter {
  const line = (document: object): void => terminal.print(JSON.stringify(document));
  let restore = (): void => undefined;
  return {
    begin: (run) => {
      restore = divertOutput(terminal.stdout, (text) => terminal.note(text));
      line({ type: 'run', ...run });
    },
    tell: (event) => {
      if (event.kind === 'committed') for (const change of event.changes) applyChange(view, change, event.at);
      for (const document of documentsOf(event)) line(document);
    },
    remark: (text) => terminal.note(text),
    end: ({ runId, status, reason, output, context, error, failedStep, durationMs }) => {
      restore();
      const rest = { failedStep, steps: countSteps(view), durationMs: Math.round(durationMs) };
      line({ type: 'result', runId, status, reason, output, context, error, ...rest });
    },
    abort: () => restore(),
  };
}

function documentsOf(event: LiveEvent): readonly object[] {
  const { runId } = event;
  if (event.kind === 'progress') return [];
  if (event.kind === 'log') {
    const { stepKey, message, data = null } = event;
    return [{ type: 'log', runId, stepKey, message, data }];
  }
  const at = isoInstant(event.at);
  return event.changes.map((change) => ({ type: change.type, runId, at, ...withoutValues(change) }));
}

/** Values are left out, they would come twice: `show --json` has each step's, and the last line the run's. */
function withoutValues(change: Change): object {
  const place = 'stepKey' in change ? { stepKey: change.stepKey } : {};
  const attempt = 'attempt' in change ? { attempt: change.attempt } : {};
  switch (change.type) {
    case 'step_failed':
    case 'workflow_failed':
      return { ...place, ...attempt, error: shortError(change.error) };
    case 'step_retry_scheduled':
      return { ...place, ...attempt, error: shortError(change.error), delayMs: change.delayMs };
    case 'step_skipped':
    case 'step_cancelled':
    case 'workflow_cancelled':
      return { ...place, ...attempt, reason: change.reason };
    case 'step_started':
      return { ...place, ...attempt, stepType: change.stepType, itemCount: change.itemCount };
    default:
      return { ...place, ...attempt };
  }
}

function shortError({ name, message, code }: StoredError): object {
  return { name, message, code };
}
