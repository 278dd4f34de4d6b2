import { projectedRunColumns, projectedStepColumns } from '@sisyphus-state/schema';
import { tablesIn } from '@sisyphus-state/schema/postgres';
import { maskedColumns } from './masked-columns.js';

// Names and types of columns are the same in every schema.
const { workflowRuns, workflowSteps } = tablesIn();

/** The columns of a run that changes and claims may set. */
export const runPatchColumns = maskedColumns(workflowRuns, [
  ...projectedRunColumns.filter((column) => column !== 'id'),
  'leaseHolder',
  'leaseExpiresAt',
  'leaseMs',
]);

/** The columns of a step that changes may set; `stepKey` says which step. */
export const stepPatchColumns = maskedColumns(
  workflowSteps,
  projectedStepColumns.filter((column) => column !== 'stepKey'),
);
