// Writing a handler.

export { HandlerInvalidError } from './check-handler.js';
export { type CheckedHandlerSpec, defineHandler, type HandlerSpec } from './define-handler.js';
export {
  HandlerError,
  type HandlerErrorOptions,
  type HandlerErrorRetryOptions,
  isTerminalError,
  RetryableError,
  type RetryableErrorOptions,
  retryAfterMsOf,
  TerminalError,
} from './errors.js';
export type { Delivery, Handler, HandlerRun, PlainHandler, UsageAmount } from './handler.js';

// Finding and calling handlers.

export { type HandlerCall, InputInvalidError, invokeHandler, OutputInvalidError, type ValueIssue } from './invoke.js';
export {
  createRegistry,
  HandlerDuplicateError,
  type HandlerRegistry,
  type HandlerSource,
  type RegisteredDefined,
  type RegisteredHandler,
  type RegisteredPlain,
} from './registry.js';

// The built-in handlers.

export { builtinHandlers } from './builtin-handlers.js';
export {
  createFileHandler,
  type FileDeleteOutput,
  type FileExistsOutput,
  type FileHandlerOptions,
  type FileOutput,
  file,
} from './file/file.js';
export type { FileInput, RootedFileInput } from './file/file-input.js';
export type { FileReadOutput } from './file/read-file.js';
export type { FileWriteOutput } from './file/write-file.js';
export { type HttpOutput, http } from './http/http.js';
export type { HttpInput } from './http/http-input.js';
export { type ShellOutput, shell } from './shell/shell.js';
export type { ShellInput } from './shell/shell-input.js';
export { transform } from './transform.js';
