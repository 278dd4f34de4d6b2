import type { RunRow } from './run-row.js';
import type { StepRow } from './step-row.js';

/** The columns of a run that folding its audit log rebuilds; the others are operational. */
export const projectedRunColumns = [
  'id',
  'namespace',
  'name',
  'version',
  'definitionHash',
  'status',
  'reason',
  'endingAs',
  'input',
  'inputRef',
  'context',
  'contextRef',
  'output',
  'outputRef',
  'error',
  'tags',
  'usage',
  'budget',
  'parentRunId',
  'parentStepKey',
  'rootRunId',
  'idempotencyKey',
  'queue',
  'priority',
  'concurrencyKey',
  'wakeAt',
  'deadlineAt',
  'fence',
  'leaseWorker',
  'createdAt',
  'startedAt',
  'finishedAt',
] as const satisfies readonly (keyof RunRow)[];

/** The columns of a step that folding its run's audit log rebuilds. */
export const projectedStepColumns = [
  'stepKey',
  'stepId',
  'type',
  'status',
  'result',
  'resultRef',
  'error',
  'attempts',
  'attemptsBase',
  'delivery',
  'inputHash',
  'itemCount',
  'wakeAt',
  'childRunId',
  'usage',
  'reserved',
  'streak',
  'settledSeq',
  'startedAt',
  'finishedAt',
] as const satisfies readonly (keyof StepRow)[];

/** What the log says of a run. */
export type RunProjection = Pick<RunRow, (typeof projectedRunColumns)[number]>;
/** What the log says of a step. */
export type StepProjection = Pick<StepRow, (typeof projectedStepColumns)[number]>;

/** What the log says of a whole run; `run_adopted` and `run_forked` carry one, and a fold starts from it. */
export interface FoldState {
  readonly run: RunProjection;
  readonly steps: readonly StepProjection[];
}
