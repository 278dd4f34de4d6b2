import { sql } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { workflowRuns } from './workflow-runs.js';

/** Data definitions, whole, by hash; runs pin theirs. */
export const workflowDefinitions = sqliteTable(
  'workflow_definitions',
  {
    hash: text('hash').primaryKey(),
    name: text('name').notNull(),
    version: integer('version'),
    body: text('body').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (definition) => [index('workflow_definitions_by_name').on(definition.name, definition.createdAt)],
);

/** What outsiders put in for a run's holder. */
export const runMailbox = sqliteTable(
  'run_mailbox',
  {
    id: text('id').primaryKey(),
    runId: text('run_id')
      .notNull()
      .references(() => workflowRuns.id),
    kind: text('kind').notNull(),
    name: text('name'),
    payload: text('payload'),
    payloadRef: text('payload_ref'),
    createdAt: integer('created_at').notNull(),
    consumedAt: integer('consumed_at'),
    consumedSeq: integer('consumed_seq'),
  },
  (mail) => [
    index('run_mailbox_unread').on(mail.runId, mail.id).where(sql`consumed_at IS NULL`),
    index('run_mailbox_run').on(mail.runId, mail.id),
    index('run_mailbox_payload_ref').on(mail.payloadRef).where(sql`payload_ref IS NOT NULL`),
  ],
);

/** Values over 8 KiB, once each. */
export const payloads = sqliteTable('payloads', {
  sha256: text('sha256').primaryKey(),
  bytes: integer('bytes').notNull(),
  body: text('body').notNull(),
});
