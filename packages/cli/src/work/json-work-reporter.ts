import { toErrorDocument } from '../errors/report-error.js';
import { isoInstant } from '../format/time.js';
import { toLiveDocuments, toShortError } from '../live/live-documents.js';
import { divertOutput } from '../terminal/divert-output.js';
import type { Terminal } from '../terminal/terminal.js';
import type { RunEnd } from './held-run.js';
import type { WorkReporter } from './work-reporter.js';

/**
 * Tells of a worker as JSON, an object a line: `worker` first; `run` for each run that it takes, then the run's changes and
 * log lines, and `left`; `unhandled` and `trouble`; `end` at last. What handlers print goes to stderr.
 */
export function createJsonWorkReporter(terminal: Terminal): WorkReporter {
  const line = (document: object): void => terminal.print(JSON.stringify(document));
  let restore = (): void => undefined;
  return {
    begin: ({ namespace = 'default', ...facts }) => {
      restore = divertOutput(terminal.stdout, (text) => terminal.note(text));
      line({ type: 'worker', ...facts, namespace });
    },
    take: ({ runId, name, queue, concurrencyKey, takenFrom }) =>
      line({ type: 'run', runId, name, queue, concurrencyKey, takenFrom }),
    tell: (_, event) => {
      for (const document of toLiveDocuments(event)) line(document);
    },
    leave: ({ runId, name, takenAt }, end) =>
      line({ type: 'left', runId, name, ...endDocument(end), durationMs: Math.max(0, terminal.now() - takenAt) }),
    warn: ({ name, types, reason }) => line({ type: 'unhandled', name, types, reason }),
    trouble: (error) => line({ type: 'trouble', ...toErrorDocument(error) }),
    remark: (text) => terminal.note(text),
    end: ({ tally, nextDueAt, durationMs, ...rest }) => {
      restore();
      line({ type: 'end', ...rest, ...tally, nextDueAt: isoInstant(nextDueAt), durationMs: Math.round(durationMs) });
    },
    abort: () => restore(),
  };
}

function endDocument(end: RunEnd): object {
  switch (end.kind) {
    case 'failed':
      return { outcome: end.kind, failedStep: end.stepKey, error: toShortError(end.error) };
    case 'cancelled':
    case 'paused':
      return { outcome: end.kind, reason: end.reason };
    case 'waiting':
      return { outcome: end.kind, reason: end.reason, wakeAt: isoInstant(end.wakeAt) };
    case 'lost':
      return { outcome: end.kind, to: end.to };
    default:
      return { outcome: end.kind };
  }
}
