import type { ChangeType } from './change.js';

/** Which fields a change's payload has: `values` are user values (JSON text, maybe spilled), `fields` are the engine's own. */
export interface ChangeFields {
  readonly values: readonly string[];
  readonly fields: readonly string[];
}

/**
 * The payload of every change, apart from the columns `step_key` and `attempt`.
 *
 * A field that is null is left out of the payload, and reads as null when it is missing: so a field can be added
 * without touching old logs.
 */
export const changeFields = {
  workflow_started: {
    values: ['input'],
    fields: [
      'namespace',
      'name',
      'version',
      'definitionHash',
      'tags',
      'budget',
      'queue',
      'priority',
      'concurrencyKey',
      'idempotencyKey',
      'parentRunId',
      'parentStepKey',
      'rootRunId',
      'wakeAt',
      'deadlineAt',
    ],
  },
  run_claimed: { values: [], fields: ['takenFrom', 'first'] },
  run_released: { values: [], fields: [] },
  workflow_suspended: { values: [], fields: ['wakeAt', 'delayMs', 'reason'] },
  workflow_woken: { values: [], fields: [] },
  workflow_paused: { values: [], fields: ['reason', 'details'] },
  workflow_resumed: { values: [], fields: ['rearmed', 'definitionHash', 'budget', 'deadlineMs'] },
  workflow_completed: { values: ['output', 'context'], fields: [] },
  workflow_ending: { values: [], fields: ['as', 'error', 'reason'] },
  workflow_failed: { values: [], fields: ['error'] },
  workflow_cancelled: { values: [], fields: ['reason'] },
  cancel_requested: { values: [], fields: ['reason'] },
  pause_requested: { values: [], fields: ['reason'] },
  signal_received: { values: ['payload'], fields: ['name'] },
  mail_taken: { values: [], fields: ['mailId'] },
  step_started: {
    values: [],
    fields: ['stepId', 'stepType', 'delivery', 'inputHash', 'itemCount', 'attemptsBase', 'reserved', 'runUsage'],
  },
  step_waiting: {
    values: [],
    fields: ['stepId', 'stepType', 'wakeAt', 'delayMs', 'message', 'childRunId', 'attempts'],
  },
  child_cancel_requested: { values: [], fields: ['childRunId', 'reason'] },
  step_completed: { values: ['result'], fields: ['usage', 'runUsage', 'streak'] },
  step_failed: { values: [], fields: ['error', 'usage', 'runUsage', 'streak'] },
  step_retry_scheduled: { values: [], fields: ['error', 'delayMs', 'usage', 'runUsage', 'streak'] },
  step_in_doubt: { values: [], fields: ['runUsage'] },
  step_rearmed: { values: [], fields: ['attempts'] },
  step_skipped: { values: [], fields: ['stepId', 'stepType', 'reason'] },
  step_cancelled: { values: [], fields: ['reason', 'usage', 'runUsage'] },
  run_adopted: { values: [], fields: ['snapshot'] },
  run_forked: { values: ['snapshot'], fields: ['sourceRunId', 'sourceSeq', 'from'] },
} as const satisfies Record<ChangeType, ChangeFields>;

/** Every type of change there is. */
export const changeTypes = Object.keys(changeFields) as ChangeType[]; // the keys are the types: `satisfies` says so

/** Whether this version knows an event's type as a change. */
export function isChangeType(type: string): type is ChangeType {
  return Object.hasOwn(changeFields, type);
}
