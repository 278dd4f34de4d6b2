import { sql } from 'drizzle-orm';
import { index, primaryKey, text } from 'drizzle-orm/pg-core';
import { deliveries, stepStatuses } from '../model/statuses.js';
import { identifier, wholeNumber } from './column-types.js';
import { defaultSchema, tableIn } from './schema-name.js';
import { defineWorkflowRuns, workflowRuns } from './workflow-runs.js';

/** Declares the table of steps in a schema; `StepRow` in the model says what each column means. */
export function defineWorkflowSteps(schema: string, runs = defineWorkflowRuns(schema)) {
  return tableIn(schema)(
    'workflow_steps',
    {
      runId: identifier('run_id')
        .notNull()
        .references(() => runs.id),
      stepKey: identifier('step_key').notNull(),
      stepId: identifier('step_id').notNull(),
      type: text('type').notNull(),
      status: text('status', { enum: stepStatuses }).notNull(),
      result: text('result'),
      resultRef: identifier('result_ref'),
      error: text('error'),
      attempts: wholeNumber('attempts').notNull().default(0),
      attemptsBase: wholeNumber('attempts_base').notNull().default(0),
      delivery: text('delivery', { enum: deliveries }),
      inputHash: identifier('input_hash'),
      itemCount: wholeNumber('item_count'),
      wakeAt: wholeNumber('wake_at'),
      childRunId: identifier('child_run_id'),
      usage: text('usage'),
      reserved: text('reserved'),
      streak: wholeNumber('streak'),
      settledSeq: wholeNumber('settled_seq'),
      startedAt: wholeNumber('started_at'),
      finishedAt: wholeNumber('finished_at'),
      updatedAt: wholeNumber('updated_at').notNull(),
      /** The `seq` of the event that made the row: the steps' order, which SQLite knows by its rowid. Not in the model. */
      firstSeq: wholeNumber('first_seq').notNull().default(0),
    },
    (step) => [
      primaryKey({ name: 'workflow_steps_pk', columns: [step.runId, step.stepKey] }),
      index('workflow_steps_result_ref').on(step.resultRef).where(sql`result_ref IS NOT NULL`),
    ],
  );
}

/** The table of steps in the default schema. */
export const workflowSteps = defineWorkflowSteps(defaultSchema, workflowRuns);
