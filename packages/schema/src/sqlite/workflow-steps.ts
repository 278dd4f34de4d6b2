import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { deliveries, stepStatuses } from '../model/statuses.js';
import { workflowRuns } from './workflow-runs.js';

/** The table of steps; `StepRow` in the model says what each column means. */
export const workflowSteps = sqliteTable(
  'workflow_steps',
  {
    runId: text('run_id')
      .notNull()
      .references(() => workflowRuns.id),
    stepKey: text('step_key').notNull(),
    stepId: text('step_id').notNull(),
    type: text('type').notNull(),
    status: text('status', { enum: stepStatuses }).notNull(),
    result: text('result'),
    resultRef: text('result_ref'),
    error: text('error'),
    attempts: integer('attempts').notNull().default(0),
    attemptsBase: integer('attempts_base').notNull().default(0),
    delivery: text('delivery', { enum: deliveries }),
    inputHash: text('input_hash'),
    itemCount: integer('item_count'),
    wakeAt: integer('wake_at'),
    childRunId: text('child_run_id'),
    usage: text('usage'),
    reserved: text('reserved'),
    streak: integer('streak'),
    settledSeq: integer('settled_seq'),
    startedAt: integer('started_at'),
    finishedAt: integer('finished_at'),
    updatedAt: integer('updated_at').notNull(),
  },
  (step) => [
    primaryKey({ name: 'workflow_steps_pk', columns: [step.runId, step.stepKey] }),
    index('workflow_steps_result_ref').on(step.resultRef).where(sql`result_ref IS NOT NULL`),
  ],
);
