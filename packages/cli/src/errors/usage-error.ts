import { SisyphusError, type SisyphusErrorOptions } from '@sisyphus-state/schema';

/** Codes of what can be wrong with a command line and the files it names. */
export type UsageErrorCode =
  | 'USAGE'
  | 'FILE_UNREADABLE'
  | 'INPUT_NOT_JSON'
  | 'DATABASE_MISSING'
  | 'RUN_AMBIGUOUS'
  | 'HANDLER_NOT_FOUND'
  | 'HANDLERS_UNLOADABLE'
  | 'DEFINITION_MISSING'
  | 'WORKFLOWS_UNLOADABLE'
  | 'WORKFLOW_INVALID'
  | 'WORKFLOW_DUPLICATE'
  | 'WORKFLOW_CHOICE';

/** The command line, or a file it names, is not what the command takes; nothing was started. */
export class UsageError extends SisyphusError {
  readonly code: UsageErrorCode;

  constructor(code: UsageErrorCode, message: string, options: SisyphusErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}
