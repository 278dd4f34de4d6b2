import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { runStatuses, terminalRunStatuses } from '../model/statuses.js';

/** The table of runs; `RunRow` in the model says what each column means. */
export const workflowRuns = sqliteTable(
  'workflow_runs',
  {
    id: text('id').primaryKey(),
    namespace: text('namespace').notNull().default('default'),
    name: text('name').notNull(),
    version: integer('version'),
    definitionHash: text('definition_hash'),
    status: text('status', { enum: runStatuses }).notNull(),
    reason: text('reason'),
    endingAs: text('ending_as', { enum: terminalRunStatuses }),
    input: text('input'),
    inputRef: text('input_ref'),
    context: text('context'),
    contextRef: text('context_ref'),
    output: text('output'),
    outputRef: text('output_ref'),
    error: text('error'),
    tags: text('tags'),
    usage: text('usage'),
    budget: text('budget'),
    parentRunId: text('parent_run_id'),
    parentStepKey: text('parent_step_key'),
    rootRunId: text('root_run_id').notNull(),
    idempotencyKey: text('idempotency_key'),
    queue: text('queue').notNull().default('default'),
    priority: integer('priority').notNull().default(0),
    concurrencyKey: text('concurrency_key'),
    wakeAt: integer('wake_at'),
    deadlineAt: integer('deadline_at'),
    revision: integer('revision').notNull().default(0),
    lastSeq: integer('last_seq').notNull().default(0),
    fence: integer('fence').notNull().default(0),
    leaseWorker: text('lease_worker'),
    leaseHolder: text('lease_holder'),
    leaseExpiresAt: integer('lease_expires_at'),
    leaseMs: integer('lease_ms'),
    leaseRenewals: integer('lease_renewals').notNull().default(0),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    startedAt: integer('started_at'),
    finishedAt: integer('finished_at'),
  },
  (run) => [
    uniqueIndex('workflow_runs_idempotency')
      .on(run.namespace, run.idempotencyKey)
      .where(sql`idempotency_key IS NOT NULL`),
    // Claims look only at runs somebody may work on: their cost follows the active runs, not the history.
    // Each of these conditions has words of its own, though two and three of them say the same: so a planner takes none for
    // another, and no statistics of `status` or `wake_at`, made when few runs were due, tell it to expect few.
    index('workflow_runs_ready')
      .on(run.namespace, run.queue, sql`priority DESC`, run.id)
      .where(sql`CASE WHEN wake_at IS NULL THEN status END = 'pending'`),
    index('workflow_runs_timers')
      .on(run.namespace, run.queue, run.wakeAt)
      .where(sql`CASE WHEN status IN ('pending', 'waiting') THEN wake_at END IS NOT NULL`),
    // Of many timers that are over the highest priority comes first.
    index('workflow_runs_timers_by_priority')
      .on(run.namespace, run.queue, sql`priority DESC`, run.wakeAt)
      .where(sql`CASE status WHEN 'pending' THEN wake_at WHEN 'waiting' THEN wake_at END IS NOT NULL`),
    // For queues with a limit per key: straight to the keys that have room, past all the runs of those that have none.
    index('workflow_runs_ready_by_key')
      .on(run.namespace, run.queue, run.concurrencyKey, sql`priority DESC`, run.id)
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
  ],
);
