import { sql } from 'drizzle-orm';
import { index, text, uniqueIndex } from 'drizzle-orm/pg-core';
import { runStatuses, terminalRunStatuses } from '../model/statuses.js';
import { identifier, wholeNumber } from './column-types.js';
import { defaultSchema, tableIn } from './schema-name.js';

/** Declares the table of runs in a schema; `RunRow` in the model says what each column means. */
export function defineWorkflowRuns(schema: string) {
  return tableIn(schema)('workflow_runs', runColumns(), (run) => [
    uniqueIndex('workflow_runs_idempotency')
      .on(run.namespace, run.idempotencyKey)
      .where(sql`idempotency_key IS NOT NULL`),
    // Claims look only at runs somebody may work on: their cost follows the active runs, not the history.
    // Each of these conditions has words of its own, though two and three of them say the same: so a planner takes none for
    // another, and no statistics of `status` or `wake_at`, made when few runs were due, tell it to expect few.
    index('workflow_runs_ready')
      .on(run.namespace, run.queue, run.priority.desc().nullsFirst(), run.id)
      .where(sql`CASE WHEN wake_at IS NULL THEN status END = 'pending'`),
    index('workflow_runs_timers')
      .on(run.namespace, run.queue, run.wakeAt)
      .where(sql`CASE WHEN status IN ('pending', 'waiting') THEN wake_at END IS NOT NULL`),
    // Of many timers that are over the highest priority comes first.
    index('workflow_runs_timers_by_priority')
      .on(run.namespace, run.queue, run.priority.desc().nullsFirst(), run.wakeAt)
      .where(sql`CASE status WHEN 'pending' THEN wake_at WHEN 'waiting' THEN wake_at END IS NOT NULL`),
    // For queues with a limit per key: straight to the keys that have room, past all the runs of those that have none.
    index('workflow_runs_ready_by_key')
      .on(run.namespace, run.queue, run.concurrencyKey, run.priority.desc().nullsFirst(), run.id)
      .where(sql`CASE status WHEN 'pending' THEN wake_at IS NULL END`),
    index('workflow_runs_timers_by_key')
      .on(run.namespace, run.queue, run.concurrencyKey, run.wakeAt)
      .where(sql`CASE WHEN wake_at IS NOT NULL THEN status END IN ('pending', 'waiting')`),
    // Limits of queues and keys count the runs that are held; they are also looked through for dead holders.
    index('workflow_runs_held').on(run.namespace, run.queue, run.concurrencyKey).where(sql`lease_worker IS NOT NULL`),
    // A run whose deadline is over is due, whatever it waits for.
    index('workflow_runs_deadline')
      .on(run.namespace, run.queue, run.deadlineAt)
      .where(
        sql`CASE WHEN lease_worker IS NULL AND status IN ('pending', 'waiting', 'paused') THEN deadline_at END IS NOT NULL`,
      ),
    // The lists the CLI shows, newest first: ids are UUIDv7 and so in order of creation.
    index('workflow_runs_by_namespace').on(run.namespace, run.id),
    index('workflow_runs_by_status').on(run.namespace, run.status, run.id),
    index('workflow_runs_by_name').on(run.namespace, run.name, run.status, run.id),
    index('workflow_runs_parent').on(run.parentRunId).where(sql`parent_run_id IS NOT NULL`),
    index('workflow_runs_root').on(run.rootRunId).where(sql`parent_run_id IS NOT NULL`),
    index('workflow_runs_input_ref').on(run.inputRef).where(sql`input_ref IS NOT NULL`),
    index('workflow_runs_context_ref').on(run.contextRef).where(sql`context_ref IS NOT NULL`),
    index('workflow_runs_output_ref').on(run.outputRef).where(sql`output_ref IS NOT NULL`),
  ]);
}

/** The table of runs in the default schema. */
export const workflowRuns = defineWorkflowRuns(defaultSchema);

function runColumns() {
  return {
    id: identifier('id').primaryKey(),
    namespace: identifier('namespace').notNull().default('default'),
    name: identifier('name').notNull(),
    version: wholeNumber('version'),
    definitionHash: identifier('definition_hash'),
    status: text('status', { enum: runStatuses }).notNull(),
    reason: text('reason'),
    endingAs: text('ending_as', { enum: terminalRunStatuses }),
    input: text('input'),
    inputRef: identifier('input_ref'),
    context: text('context'),
    contextRef: identifier('context_ref'),
    output: text('output'),
    outputRef: identifier('output_ref'),
    error: text('error'),
    tags: text('tags'),
    usage: text('usage'),
    budget: text('budget'),
    parentRunId: identifier('parent_run_id'),
    parentStepKey: identifier('parent_step_key'),
    rootRunId: identifier('root_run_id').notNull(),
    idempotencyKey: identifier('idempotency_key'),
    queue: identifier('queue').notNull().default('default'),
    priority: wholeNumber('priority').notNull().default(0),
    concurrencyKey: identifier('concurrency_key'),
    wakeAt: wholeNumber('wake_at'),
    deadlineAt: wholeNumber('deadline_at'),
    revision: wholeNumber('revision').notNull().default(0),
    lastSeq: wholeNumber('last_seq').notNull().default(0),
    fence: wholeNumber('fence').notNull().default(0),
    leaseWorker: identifier('lease_worker'),
    leaseHolder: text('lease_holder'),
    leaseExpiresAt: wholeNumber('lease_expires_at'),
    leaseMs: wholeNumber('lease_ms'),
    leaseRenewals: wholeNumber('lease_renewals').notNull().default(0),
    createdAt: wholeNumber('created_at').notNull(),
    updatedAt: wholeNumber('updated_at').notNull(),
    startedAt: wholeNumber('started_at'),
    finishedAt: wholeNumber('finished_at'),
  };
}
