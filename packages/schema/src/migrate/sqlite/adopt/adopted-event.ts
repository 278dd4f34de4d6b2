import type { EventRow } from '../../../model/event-row.js';
import {
  type FoldState,
  projectedRunColumns,
  projectedStepColumns,
  type RunProjection,
  type StepProjection,
} from '../../../model/projected-columns.js';
import type { RunRow } from '../../../model/run-row.js';
import type { StepRow } from '../../../model/step-row.js';
import type { PayloadKeeper } from './payload-keeper.js';

/** A run as adopted, and the place of the event that says so. */
export interface AdoptedState {
  readonly run: RunRow;
  readonly steps: readonly StepRow[];
  readonly seq: number;
  readonly at: number;
  readonly keeper: PayloadKeeper;
}

/** Makes the `run_adopted` event: its snapshot is what a fold of the log starts from. */
export function adoptedEvent({ run, steps, seq, at, keeper }: AdoptedState): EventRow {
  const snapshot: FoldState = { run: projectRun(run), steps: steps.map(projectStep) };
  const { inline, ref } = keeper.keep(JSON.stringify({ snapshot }));
  return {
    runId: run.id,
    seq,
    type: 'run_adopted',
    source: 'engine',
    stepKey: null,
    attempt: null,
    fence: null,
    worker: null,
    at,
    payload: inline ?? '{}',
    payloadRef: ref,
  };
}

function projectRun(run: RunRow): RunProjection {
  // Exactly the columns of RunProjection are picked, from a row that has them all.
  return Object.fromEntries(projectedRunColumns.map((column) => [column, run[column]])) as unknown as RunProjection;
}

function projectStep(step: StepRow): StepProjection {
  // As above, for StepProjection.
  return Object.fromEntries(projectedStepColumns.map((column) => [column, step[column]])) as unknown as StepProjection;
}
