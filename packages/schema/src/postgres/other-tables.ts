import { sql } from 'drizzle-orm';
import { index, text } from 'drizzle-orm/pg-core';
import { identifier, wholeNumber } from './column-types.js';
import { defaultSchema, tableIn } from './schema-name.js';
import { defineWorkflowRuns, workflowRuns } from './workflow-runs.js';

/** Declares the data definitions, whole, by hash; runs pin theirs. */
export function defineWorkflowDefinitions(schema: string) {
  return tableIn(schema)(
    'workflow_definitions',
    {
      hash: identifier('hash').primaryKey(),
      name: identifier('name').notNull(),
      version: wholeNumber('version'),
      body: text('body').notNull(),
      createdAt: wholeNumber('created_at').notNull(),
    },
    (definition) => [index('workflow_definitions_by_name').on(definition.name, definition.createdAt)],
  );
}

/** Declares the mailbox: what outsiders put in for a run's holder. */
export function defineRunMailbox(schema: string, runs = defineWorkflowRuns(schema)) {
  return tableIn(schema)(
    'run_mailbox',
    {
      id: identifier('id').primaryKey(),
      runId: identifier('run_id')
        .notNull()
        .references(() => runs.id),
      kind: text('kind').notNull(),
      name: text('name'),
      payload: text('payload'),
      payloadRef: identifier('payload_ref'),
      createdAt: wholeNumber('created_at').notNull(),
      consumedAt: wholeNumber('consumed_at'),
      consumedSeq: wholeNumber('consumed_seq'),
    },
    (mail) => [
      index('run_mailbox_unread').on(mail.runId, mail.id).where(sql`consumed_at IS NULL`),
      index('run_mailbox_run').on(mail.runId, mail.id),
      index('run_mailbox_payload_ref').on(mail.payloadRef).where(sql`payload_ref IS NOT NULL`),
    ],
  );
}

/** Declares the values over 8 KiB, once each. */
export function definePayloads(schema: string) {
  return tableIn(schema)('payloads', {
    sha256: identifier('sha256').primaryKey(),
    bytes: wholeNumber('bytes').notNull(),
    body: text('body').notNull(),
  });
}

/** The definitions in the default schema. */
export const workflowDefinitions = defineWorkflowDefinitions(defaultSchema);
/** The mailbox in the default schema. */
export const runMailbox = defineRunMailbox(defaultSchema, workflowRuns);
/** The large values in the default schema. */
export const payloads = definePayloads(defaultSchema);
