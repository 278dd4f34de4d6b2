import { sql } from 'drizzle-orm';
import { index, primaryKey, text } from 'drizzle-orm/pg-core';
import { eventSources } from '../model/statuses.js';
import { identifier, wholeNumber } from './column-types.js';
import { defaultSchema, tableIn } from './schema-name.js';
import { defineWorkflowRuns, workflowRuns } from './workflow-runs.js';

/** Declares the append-only log in a schema; `EventRow` in the model says what each column means. */
export function defineAuditEvents(schema: string, runs = defineWorkflowRuns(schema)) {
  return tableIn(schema)(
    'audit_events',
    {
      runId: identifier('run_id')
        .notNull()
        .references(() => runs.id),
      seq: wholeNumber('seq').notNull(),
      type: text('type').notNull(),
      source: text('source', { enum: eventSources }).notNull().default('engine'),
      stepKey: identifier('step_key'),
      attempt: wholeNumber('attempt'),
      fence: wholeNumber('fence'),
      worker: identifier('worker'),
      at: wholeNumber('at').notNull(),
      payload: text('payload').notNull(),
      payloadRef: identifier('payload_ref'),
    },
    (event) => [
      primaryKey({ name: 'audit_events_pk', columns: [event.runId, event.seq] }),
      index('audit_events_payload_ref').on(event.payloadRef).where(sql`payload_ref IS NOT NULL`),
    ],
  );
}

/** The log in the default schema. */
export const auditEvents = defineAuditEvents(defaultSchema, workflowRuns);
