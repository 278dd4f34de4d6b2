import { constants } from 'node:os';

/** What the command's exit status says; `--help` prints the same table. */
export const exitStatus = {
  /** The run completed, or the command did what it was asked. */
  done: 0,
  /** The run failed or was cancelled, the logs don't hold, or the database refused. */
  failed: 1,
  /** The command can't be carried out as it was given: arguments, files, definition, input, handlers. Nothing was started. */
  usage: 2,
  /** The run waits for somebody: waiting, paused, or with a step in doubt. */
  waiting: 3,
} as const;

/** Errors that say that the request was wrong, not that carrying it out failed. */
const usageCodes: ReadonlySet<string> = new Set([
  'USAGE',
  'FILE_UNREADABLE',
  'INPUT_NOT_JSON',
  'INPUT_INVALID',
  'DATABASE_MISSING',
  'RUN_NOT_FOUND',
  'RUN_AMBIGUOUS',
  'IDEMPOTENCY_CONFLICT',
  'DEFINITION_INVALID',
  'DEFINITION_MISSING',
  'DEFINITION_DRIFT',
  'FORK_STEP',
  'HANDLER_NOT_FOUND',
  'HANDLER_INVALID',
  'HANDLER_DUPLICATE',
  'HANDLERS_UNLOADABLE',
  'WORKFLOWS_UNLOADABLE',
  'WORKFLOW_INVALID',
  'WORKFLOW_DUPLICATE',
  'WORKFLOW_CHOICE',
  'WORKFLOW_MISMATCH',
  'NOT_SERIALIZABLE',
  'PAYLOAD_TOO_LARGE',
]);

/** The exit status for an error that ends a command. */
export function exitStatusOf(code: string): number {
  // The run was paused.
  if (code === 'NON_DETERMINISM') return exitStatus.waiting;
  return usageCodes.has(code) ? exitStatus.usage : exitStatus.failed;
}

/** The exit status of a process that a signal stopped, as shells give it: 130 for SIGINT, 143 for SIGTERM. */
export function exitStatusOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
