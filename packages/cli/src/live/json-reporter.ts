import { isoInstant } from '../format/time.js';
import { divertOutput } from '../terminal/divert-output.js';
import type { Terminal } from '../terminal/terminal.js';
import { countSteps } from './count-steps.js';
import { toLiveDocuments } from './live-documents.js';
import type { Reporter } from './reporter.js';
import { applyChange, type RunView } from './run-view.js';

/**
 * Tells of a run, and of those that its steps wait for and that are driven here, as JSON, an object a line: first `{"type":"run"}` with its id, then a line a committed change or log
 * line, at last `{"type":"result"}` with status, output, context and error. What handlers print goes to stderr.
 */
export function createJsonReporter(terminal: Terminal, view: RunView): Reporter {
  const line = (document: object): void => terminal.print(JSON.stringify(document));
  let restore = (): void => undefined;
  let own = '';
  return {
    begin: (run) => {
      own = run.runId;
      restore = divertOutput(terminal.stdout, (text) => terminal.note(text));
      line({ type: 'run', ...run });
    },
    tell: (event) => {
      if (event.kind === 'committed' && event.runId === own)
        for (const change of event.changes) applyChange(view, change, event.at);
      for (const document of toLiveDocuments(event)) line(document);
    },
    remark: (text) => terminal.note(text),
    end: ({ runId, status, reason, wakeAt, output, context, error, failedStep, durationMs }) => {
      restore();
      const rest = {
        wakeAt: isoInstant(wakeAt),
        failedStep,
        steps: countSteps(view),
        durationMs: Math.round(durationMs),
      };
      line({ type: 'result', runId, status, reason, output, context, error, ...rest });
    },
    abort: () => restore(),
  };
}
