export type { ApprovalOptions } from './client/answer-step.js';
export type { IdleResult } from './client/client.js';
export type { RunHandle } from './client/run-handle.js';
export { WorkflowOutputInvalidError } from './code/checked-output.js';
export { type CodeWorkflow, isCodeWorkflow } from './code/code-workflow.js';
export { ContextInStepError } from './code/context-in-step-error.js';
export { type CheckedCodeWorkflowOptions, type CodeWorkflowOptions, defineWorkflow } from './code/define-workflow.js';
export { NonDeterminismError } from './code/non-determinism-error.js';
export type { RecordedStep } from './code/replay.js';
export type { CallOptions, StepCall, StepFunction, StepOptions, WorkflowContext } from './code/workflow-context.js';
export { checkDefinition } from './definition/check-definition.js';
export { compileDefinition } from './definition/compile-definition.js';
export type {
  BreakerDefinition,
  BudgetDefinition,
  CallDefinition,
  NeedDefinition,
  ReserveDefinition,
  RetryDefinition,
  StepDefinition,
  WorkflowDefinition,
} from './definition/definition.js';
export { definitionHash } from './definition/definition-hash.js';
export { DefinitionInvalidError } from './definition/definition-invalid-error.js';
export {
  DEFINITION_ISSUE_CODES,
  type DefinitionIssue,
  type DefinitionIssueCode,
  type IssueSeverity,
  showIssue,
} from './definition/definition-issue.js';
export type { DefinitionOptions } from './definition/definition-options.js';
export {
  type DefinitionDiff,
  DefinitionDriftError,
  diffDefinitions,
  type JournalFit,
  journalFits,
} from './definition/diff-definitions.js';
export { InputInvalidError } from './definition/input-invalid-error.js';
export {
  type DefinitionInspection,
  inspectDefinition,
  inspectDefinitionText,
} from './definition/inspect-definition.js';
export { type ParseOptions, parseDefinition } from './definition/parse-definition.js';
export { parseDuration } from './definition/parse-duration.js';
export type { Plan, PlanStep } from './definition/plan.js';
export type { RunResult } from './engine/driver-types.js';
export type { LiveEvent, LiveObserver } from './engine/live-event.js';
export type { StepResolution } from './engine/read-answer.js';
export {
  ApprovalRejectedError,
  AttemptAbortedError,
  ChildCancelledError,
  ChildFailedError,
  DeadlineExceededError,
  DefinitionMissingError,
  ForkStepError,
  HandlerNotFoundError,
  NotAskedError,
  RepeatLimitError,
  ResolvedAsFailedError,
  RunReleasedError,
  StepFailedError,
  StepTimeoutError,
  StepValueError,
  WaitTimeoutError,
  WorkflowCancelledError,
  WorkflowFailedError,
  WorkflowMismatchError,
} from './errors.js';
export { WorkflowExecutor } from './executor.js';
export type {
  EnqueueOptions,
  ExecuteOptions,
  ExecutorOptions,
  ForkOptions,
  NewRunOptions,
  ResumeOptions,
  StartOptions,
} from './executor-options.js';
export { ExpressionError, type ExpressionErrorCode } from './expressions/expression-error.js';
export type { WorkOptions } from './worker/work-options.js';
export { type WorkDone, Worker } from './worker/worker.js';
export type { Workflow } from './workflow.js';
