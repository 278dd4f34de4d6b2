export type { RunHandle } from './client/run-handle.js';
export type { RunResult } from './engine/driver-types.js';
export type { LiveEvent, LiveObserver } from './engine/live-event.js';
export {
  AttemptAbortedError,
  DefinitionMissingError,
  HandlerNotFoundError,
  RunReleasedError,
  StepFailedError,
  StepInDoubtError,
  StepTimeoutError,
  StepValueError,
  WorkflowCancelledError,
  WorkflowFailedError,
} from './errors.js';
export { WorkflowExecutor } from './executor.js';
export type { ExecutorOptions, ResumeOptions, StartOptions } from './executor-options.js';
export type { Workflow } from './workflow.js';
